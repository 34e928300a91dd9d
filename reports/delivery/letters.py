"""What the portal writes to people about what is theirs.  Links begin with `portal`, the address of its home page."""

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from reports import shared_time
from reports.delivery.mail import send
from reports.models import Dataset, Definition, Invitation, Schedule
from reports.models.person import account_of, language_of, name_of
from reports.models.schedule import ScheduleState


def invitation(invitation_id: str, portal: str, language: str) -> None:
    """`language` is for people of whom none is known.  One that was withdrawn or used meanwhile is not sent."""
    found = Invitation.objects.filter(pk=invitation_id, accepted_at=None).select_related("group", "invited_by").first()
    if found is None:
        return
    account = account_of(found.email)
    context = {
        "invitation": found,
        "inviter": name_of(found.invited_by),
        "link": link_to(found, portal),
        "portal": portal,
    }
    send("invitation", found.email, (account and language_of(account)) or language, context)
    Invitation.objects.filter(pk=found.pk, expires_at=found.expires_at).update(sent_at=shared_time.now())


def link_to(invitation: Invitation, portal: str) -> str:
    return portal + reverse("join", args=[invitation.pk, invitation.token])


def password_reset(address: str, portal: str, language: str) -> None:
    """To each account that has the address and a password; to nobody when there is none."""
    for person in PasswordResetForm().get_users(address):
        place = [urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)]
        context = {
            "name": name_of(person),
            "username": person.get_username(),
            "link": portal + reverse("password_reset_confirm", args=place),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
            "portal": portal,
        }
        send("password_reset", person.email, language_of(person) or language, context)


def schedule_paused(schedule_id: str, portal: str) -> None:
    """To its owner.  One that runs again meanwhile, or whose owner has no address, is nothing to write about."""
    paused = Schedule.objects.filter(pk=schedule_id, state=ScheduleState.PAUSED).select_related("owner__profile")
    found = paused.exclude(owner__email="").first()
    if found is None:
        return
    link = portal and portal + reverse("schedule", args=[found.pk])
    context = {"schedule": found, "link": link, "portal": portal}
    send("schedule_paused", found.owner.email, language_of(found.owner) or found.language, context)


def dataset_held(dataset_id: str, portal: str) -> None:
    """To its owner.  One about which somebody has decided meanwhile is nothing to write about."""
    held = Dataset.objects.filter(pk=dataset_id, owner__is_active=True).exclude(held=None).exclude(owner__email="")
    found = held.select_related("owner__profile", "current", "held").first()
    if found is None:
        return
    broken = Definition.objects.visible_to(found.owner).newly_broken_by(found.held)
    link = portal and portal + reverse("dataset", args=[found.pk])
    context = {"dataset": found, "broken": broken, "link": link, "portal": portal}
    send("dataset_held", found.owner.email, language_of(found.owner) or settings.LANGUAGE_CODE, context)
