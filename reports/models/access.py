"""Who may see and change what: the one place where these rules stand.  docs/access.md has them as a table.

Staff see and change all.  Everybody else has what is their own, and what is shared with a group of theirs: to use,
which any role may, or to edit, which authors and managers may.  A report belongs to the person who asked for it, and
is shared with the group, if any, of the definition that it was made from.  What somebody may not see is not there for
them (404); what they see and may not change is refused (403).
"""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Case, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from reports.models.group import Group, Role
from reports.models.person import Invitation

EDITORS = (Role.AUTHOR, Role.MANAGER)


class May(models.TextChoices):
    """What a group may do with something that is shared with it."""

    USE = "use", _("Use it")
    EDIT = "edit", _("Use and edit it")


def groups_of(person: AbstractBaseUser, *roles: Role) -> QuerySet[Group]:
    """Those in which a person has one of the roles; any role, when none is named."""
    named = {"memberships__role__in": roles} if roles else {}
    return Group.objects.filter(memberships__person=person, **named)


def visible_groups(person: AbstractBaseUser) -> QuerySet[Group]:
    return Group.objects.all() if person.is_staff else groups_of(person)


def managed_groups(person: AbstractBaseUser) -> QuerySet[Group]:
    """Those whose people a person may choose."""
    return Group.objects.all() if person.is_staff else groups_of(person, Role.MANAGER)


def shareable_groups(person: AbstractBaseUser) -> QuerySet[Group]:
    """Those with which a person may share what is theirs."""
    return Group.objects.all() if person.is_staff else groups_of(person, *EDITORS)


def may_invite(person: AbstractBaseUser, group: Group | None) -> bool:
    """Into a group, or, without one, to an account of the portal."""
    if not person.is_active:
        return False
    return person.is_staff or (group is not None and managed_groups(person).filter(pk=group.pk).exists())


def managed_invitations(person: AbstractBaseUser) -> QuerySet[Invitation]:
    """The open ones that a person may send again or withdraw; nobody else knows of them."""
    unused = Invitation.objects.filter(accepted_at=None)
    return unused if person.is_staff else unused.filter(group__in=managed_groups(person))


def visible(person: AbstractBaseUser) -> Q:
    """Rows with an `owner` and a `group` that a person knows of, may use and may read."""
    return Q() if person.is_staff else Q(owner=person) | Q(group__in=groups_of(person))


def visible_report(person: AbstractBaseUser) -> Q:
    """The same of reports: a preview is its owner's alone, whatever it is made from."""
    return Q() if person.is_staff else Q(owner=person) | Q(group__in=groups_of(person), is_preview=False)


def visible_schedule(person: AbstractBaseUser) -> Q:
    """A schedule, with all that it has made, is its owner's alone, whatever it is made from."""
    return owned(person)


def owned_delivery(person: AbstractBaseUser) -> Q:
    """What was sent of a report, and links to it: whoever sent it sees and ends it, and the owner of the report."""
    return Q() if person.is_staff else Q(owner=person) | Q(report__owner=person)


def editable(person: AbstractBaseUser) -> Q:
    """Rows of `Shared` that a person may change."""
    if person.is_staff:
        return Q()
    return Q(owner=person) | Q(group__in=groups_of(person, *EDITORS), group_may=May.EDIT)


def owned(person: AbstractBaseUser) -> Q:
    """Rows with which a person may do what their owner may: share, rename, delete; of reports cancel, retry, delete."""
    return Q() if person.is_staff else Q(owner=person)


def unshareable(person: AbstractBaseUser) -> Q:
    """Rows whose sharing a person may end: managers may for their group."""
    return Q() if person.is_staff else Q(owner=person) | Q(group__in=groups_of(person, Role.MANAGER))


def told(rule: Q) -> Case | Value:
    """Whether a row obeys a rule, as a value of the row."""
    return Case(When(rule, then=Value(True)), default=Value(False)) if rule else Value(True)


def visible_to_owner() -> Q:
    """`visible`, in a subquery, for the owner of the row outside."""
    return Q(owner=OuterRef("owner")) | Q(group__memberships__person=OuterRef("owner"))


class SharedQuerySet(models.QuerySet):
    def visible_to(self, person: AbstractBaseUser):
        return self.filter(visible(person))

    def with_rights_of(self, person: AbstractBaseUser):
        """Each row with what a person may do with it: `may_edit`, `may_own` (what its owner may), `may_unshare`."""
        return self.annotate(
            may_edit=told(editable(person)), may_own=told(owned(person)), may_unshare=told(unshareable(person))
        )


class Shared(models.Model):
    """Something private that its owner, or staff, may share with one group."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss")
    group_may = models.CharField(max_length=4, choices=May, default=May.USE)

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
