"""The people of a group.  It never loses its last manager: nobody could invite into it."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from reports.lifecycle import audit
from reports.models import Group, Membership, Role
from reports.models.act import Did
from reports.models.person import name_of
from reports.problems import Problem


def change_role(group: Group, person: AbstractBaseUser, role: Role) -> None:
    """Raises Membership.DoesNotExist, and Problem for the last manager."""
    with transaction.atomic():
        membership = _locked(group, person)
        if role != Role.MANAGER:
            _refuse_last_manager(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        audit.record(Did(f"made_{role}"), membership.person, detail=group.name)


def remove(group: Group, person: AbstractBaseUser, did: Did = Did.REMOVED) -> None:
    """What they have shared with the group stays shared.  Raises as `change_role` does."""
    with transaction.atomic():
        membership = _locked(group, person)
        _refuse_last_manager(membership)
        audit.record(did, membership.person, detail=group.name)
        membership.delete()


def _locked(group: Group, person: AbstractBaseUser) -> Membership:
    """Two managers who leave at the same moment take turns (SQLite locks as a whole)."""
    Group.objects.select_for_update().get(pk=group.pk)
    return Membership.objects.select_related("group", "person").get(group=group, person=person)


def _refuse_last_manager(membership: Membership) -> None:
    managers = Membership.objects.filter(group=membership.group, role=Role.MANAGER, person__is_active=True)
    if membership.role == Role.MANAGER and not managers.exclude(pk=membership.pk).exists():
        raise Problem("last_manager", name=name_of(membership.person), group=membership.group.name)
