"""Invite somebody, by email; take an invitation up."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from reports import shared_time
from reports.lifecycle import audit
from reports.lifecycle.post import post
from reports.models import Group, Invitation, Membership, Profile, Role
from reports.models.access import may_invite
from reports.models.act import Did
from reports.models.person import INVITATION_LIFE, account_of, name_of
from reports.problems import Problem
from reports.tasks import send_invitation


def invite(by: AbstractBaseUser, email: str, group: Group | None, role: Role, *, portal: str, language: str) -> None:
    """An open invitation of the same address to the same group is renewed.  `portal`: the address of the home page.

    Raises Problem when there is nothing to invite to, or when the email could not be sent on its way; then the
    invitation is kept.
    """
    email, account = email.lower(), account_of(email)
    if account and group is None:
        raise Problem("account_exists", email=email)
    if account and Membership.objects.filter(group=group, person=account).exists():
        raise Problem("member_already", email=email, group=group.name)
    invitation = Invitation.objects.filter(email=email, group=group, accepted_at=None).first()
    invitation = invitation or Invitation(email=email, group=group)
    invitation.role = role
    send(invitation, by, portal=portal, language=language)


def send(invitation: Invitation, by: AbstractBaseUser, *, portal: str, language: str) -> None:
    """Sent again, its week begins anew, and the link that was sent before ends.  Raises Problem, as `invite` does."""
    invitation.invited_by = by
    invitation.expires_at = shared_time.now() + INVITATION_LIFE
    invitation.sent_at = None
    with transaction.atomic():
        invitation.save()
        audit.record(Did.INVITED, invitation, person=by, detail=_group_of(invitation))
    transaction.on_commit(lambda: post(send_invitation, str(invitation.pk), portal, language))


def withdraw(invitation: Invitation) -> None:
    """Nothing happens when it has been taken up meanwhile."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()[0]:
            audit.record(Did.WITHDREW, invitation, detail=_group_of(invitation))


def _group_of(invitation: Invitation) -> str:
    return invitation.group.name if invitation.group else ""


def refuse_unusable(invitation: Invitation) -> None:
    """Raises Problem when it cannot be taken up."""
    if invitation.accepted_at:
        raise Problem("invitation_used")
    if invitation.is_expired:
        raise Problem("invitation_expired", name=name_of(invitation.invited_by))
    if not may_invite(invitation.invited_by, invitation.group):
        raise Problem("invitation_void", name=name_of(invitation.invited_by))


def accept(invitation: Invitation, person: AbstractBaseUser) -> None:
    """Somebody who has an account joins the group.  Raises Problem."""
    refuse_unusable(invitation)
    with transaction.atomic():
        _take(invitation, person)


def accept_with_new_account(invitation: Invitation, person: AbstractBaseUser, language: str) -> None:
    """`person` has a name and a password, and is stored here.  Raises Problem."""
    refuse_unusable(invitation)
    try:
        with transaction.atomic():
            person.save()
            Profile.objects.create(person=person, language=language)
            _take(invitation, person)
    except IntegrityError:  # the address has got an account meanwhile
        raise Problem("invitation_used") from None


def _take(invitation: Invitation, person: AbstractBaseUser) -> None:
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
    if not unused.update(accepted_at=shared_time.now(), person=person):
        raise Problem("invitation_used")
    if invitation.group:
        Membership.objects.get_or_create(group=invitation.group, person=person, defaults={"role": invitation.role})
    audit.record(Did.JOINED, person, person=person, detail=_group_of(invitation))
