"""Groups of people who share datasets, definitions and the reports that come of them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in a group; each role may also do what those before it may."""

    READER = "reader", _("Reader")
    AUTHOR = "author", _("Author")
    MANAGER = "manager", _("Manager")


class Group(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="portal_groups")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role, default=Role.READER)

    class Meta:
        ordering = ["group__name"]
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="one_role_per_person_and_group")]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"
