"""Who somebody is: by user name or by email address."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from reports.models.person import account_of


class Accounts(ModelBackend):
    def authenticate(self, request: HttpRequest | None, username: str | None = None, password=None, **kwargs):
        account = account_of(username or "")
        # For a name that is nobody's, Django takes as long as for a wrong password.
        return super().authenticate(request, account.get_username() if account else username, password, **kwargs)

    def get_user(self, user_id):
        """With the profile, which every page asks for."""
        person = get_user_model().objects.select_related("profile").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
