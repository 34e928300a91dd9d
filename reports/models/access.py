"""Who may see and change what: the one place where these rules stand.  docs/access.md has them as a table.

Staff see and change all.  Everybody else has what is their own, and what is shared with a group of theirs: to use,
which any role may, or to edit, which authors and managers may.  A report belongs to the person who asked for it, and
is shared with the group, if any, of the definition that it was made from.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reports.models.group import Group, Role

EDITORS = (Role.AUTHOR, Role.MANAGER)


class May(models.TextChoices):
    """What a group may do with something that is shared with it."""

    USE = "use", _("Use it")
    EDIT = "edit", _("Use and edit it")


def groups_of(person: AbstractBaseUser, *roles: Role) -> QuerySet[Group]:
    """Those in which a person has one of the roles; any role, when none is named."""
    named = {"memberships__role__in": roles} if roles else {}
    return Group.objects.filter(memberships__person=person, **named)


def visible(person: AbstractBaseUser) -> Q:
    """Rows with an `owner` and a `group` that a person knows of, may use and may read."""
    return Q() if person.is_staff else Q(owner=person) | Q(group__in=groups_of(person))


def editable(person: AbstractBaseUser) -> Q:
    """Rows of `Shared` that a person may change."""
    if person.is_staff:
        return Q()
    return Q(owner=person) | Q(group__in=groups_of(person, *EDITORS), group_may=May.EDIT)


class SharedQuerySet(models.QuerySet):
    def visible_to(self, person: AbstractBaseUser):
        return self.filter(visible(person))

    def editable_by(self, person: AbstractBaseUser):
        return self.filter(editable(person))


class Shared(models.Model):
    """Something private that its owner, or staff, may share with one group."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="%(class)ss")
    group_may = models.CharField(max_length=4, choices=May, default=May.USE)

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
