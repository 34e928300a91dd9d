"""Accounts in Django's own administration, for superusers: who is staff.  All else has a page of the portal's."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.models import Group as GroupOfPermissions
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reports.lifecycle import audit
from reports.models.act import Did

RIGHTS = ("is_active", "is_staff", "is_superuser")

# The portal knows no permissions but staff and superuser, and has groups of its own.
admin.site.unregister(GroupOfPermissions)
admin.site.unregister(get_user_model())


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> AbstractBaseUser:
        with transaction.atomic():
            audit.record(Did.CHANGED_PASSWORD, self.user)
            return super().save(commit)


@admin.register(get_user_model())
class AccountAdmin(UserAdmin):
    change_password_form = PasswordForm
    list_display = ("username", "email", "first_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password", "email", "first_name", "last_name")}),
        (_("Permissions"), {"fields": RIGHTS}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )

    def save_model(self, request, obj, form, change) -> None:
        """Django saves it, and this, in one transaction."""
        super().save_model(request, obj, form, change)
        changed = [f"{name}={getattr(obj, name)}" for name in RIGHTS if name in form.changed_data]
        if changed:
            audit.record(Did.CHANGED_RIGHTS, obj, detail=", ".join(changed))

    def has_delete_permission(self, request, obj=None) -> bool:
        """All that belongs to an account would go with it: accounts are deactivated."""
        return False
