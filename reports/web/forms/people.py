"""The forms of groups, of invitations, and of those who take one up."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import SetPasswordForm
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models import Dataset, Group, Invitation, Role
from reports.models.access import May, Shared, shareable_groups
from reports.models.person import MOST_ADDRESS

ROLE_HELP = _(
    "A reader reads the group's reports and asks for more; an author also brings data to it; a manager also chooses "
    "its people."
)


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args, group: Group | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.group = group or Group()
        self.initial.setdefault("name", self.group.name)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if Group.objects.filter(name__iexact=name).exclude(pk=self.group.pk).exists():
            raise forms.ValidationError(
                _("There is a group called “%(name)s”. Choose another name."), params={"name": name}
            )
        return name


class InviteForm(forms.Form):
    """To a group."""

    email = forms.EmailField(
        label=_("Email"), max_length=MOST_ADDRESS, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role, help_text=ROLE_HELP)


class InviteAnybodyForm(forms.Form):
    """To the portal, and if one likes to a group: for staff."""

    email = InviteForm.base_fields["email"]
    group = forms.ModelChoiceField(
        Group.objects.all(), label=_("Group"), required=False, empty_label=_("None, an account alone")
    )
    role = forms.ChoiceField(label=_("Role in the group"), choices=Role, required=False, help_text=ROLE_HELP)

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Role.READER


class JoinForm(SetPasswordForm):
    """The name and the password of a new account, whose user name is the invited address."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, data=None, *, invitation: Invitation):
        account = get_user_model()(username=invitation.email, email=invitation.email)
        super().__init__(account, data)
        self.fields["new_password1"].label = _("Password")
        self.fields["new_password2"].label = _("Password, once more")

    def clean(self) -> dict:
        self.user.first_name = self.cleaned_data.get("name", "")
        return super().clean()


class ShareForm(forms.Form):
    """With whom something is shared: its group, and what the group may do."""

    group = forms.ModelChoiceField(
        Group.objects.none(), label=_("Group"), required=False, empty_label=_("Nobody: it is private")
    )
    group_may = forms.ChoiceField(label=_("The group may"), choices=May, required=False)

    def __init__(self, data=None, *, person, thing: Shared):
        super().__init__(data, initial={"group": thing.group_id, "group_may": thing.group_may})
        # One that it is shared with already stays to be chosen.
        offered = Q(pk__in=shareable_groups(person)) | Q(pk=thing.group_id)
        self.fields["group"].queryset = Group.objects.filter(offered)

    def clean_group_may(self) -> str:
        return self.cleaned_data["group_may"] or May.USE


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=Dataset._meta.get_field("name").max_length)
