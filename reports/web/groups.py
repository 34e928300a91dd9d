"""Groups: the list, a group's people and their roles, and its name."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.lifecycle import audit
from reports.lifecycle import groups as lifecycle
from reports.lifecycle.invite import invite
from reports.models import Dataset, Definition, Group, Membership, Role
from reports.models.access import managed_groups, managed_invitations, visible_groups
from reports.models.act import Did
from reports.models.person import name_of
from reports.models.sorting import by_words
from reports.problems import Problem
from reports.web.account import portal_of
from reports.web.forms.people import GroupForm, InviteForm
from reports.web.invitations import with_links
from reports.web.live import see_other
from reports.web.permission import refuse_unless
from reports.web.staff import staff_only

PER_PAGE = 50


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    mine = Membership.objects.filter(group=OuterRef("pk"), person=request.user)
    found = visible_groups(request.user).annotate(role=Subquery(mine.values("role")[:1])).order_by(*by_words("name"))
    page = Paginator(_counted(found), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "groups/list.html", {"page": page, "roles": dict(Role.choices)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new_group(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(form):
        return see_other(request, "group", form.group.pk)
    return render(request, "groups/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, pk) -> HttpResponse:
    """The page; and the invitation that is asked for on it."""
    group = _group_or_404(request, pk)
    is_manager = _manages(request, group)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        refuse_unless(is_manager)
        if form.is_valid() and _invited(request, group, form):
            return see_other(request, "group", pk)
    return _page(request, group, is_manager, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_group(request: HttpRequest, pk) -> HttpResponse:
    group = _group_or_404(request, pk)
    refuse_unless(request.user.is_staff)
    form = GroupForm(request.POST or None, group=group)
    if request.method == "POST" and form.is_valid() and _saved(form):
        return see_other(request, "group", pk)
    return render(request, "groups/new.html", {"form": form, "group": group}, status=422 if form.errors else 200)


@require_POST
def delete_group(request: HttpRequest, pk) -> HttpResponse:
    group = _group_or_404(request, pk)
    refuse_unless(request.user.is_staff)
    with transaction.atomic():
        audit.record(Did.DELETED, group)
        group.delete()
    messages.success(request, _("“%(name)s” has been deleted.") % {"name": group.name})
    return see_other(request, "groups")


@require_POST
def change_role(request: HttpRequest, pk, person: int) -> HttpResponse:
    member, role = _member_to_change(request, pk, person), request.POST.get("role")
    if role not in Role.values:
        messages.error(request, _("There is no such role. Nothing was changed."))
        return see_other(request, "group", pk)
    done = _("%(name)s is now: %(role)s.") % {"name": name_of(member.person), "role": Role(role).label}
    return _done(request, member, done, lifecycle.change_role, role)


@require_POST
def remove(request: HttpRequest, pk, person: int) -> HttpResponse:
    member = _member_to_change(request, pk, person)
    done = _("%(name)s is no longer in the group.") % {"name": name_of(member.person)}
    return _done(request, member, done, lifecycle.remove)


@require_POST
def leave(request: HttpRequest, pk) -> HttpResponse:
    members = Membership.objects.select_related("group", "person")
    member = get_object_or_404(members, group=pk, person=request.user)
    done = _("You have left “%(name)s”.") % {"name": member.group.name}
    return _done(request, member, done, lifecycle.remove, Did.LEFT, to="groups")


def _done(request: HttpRequest, member: Membership, words: str, change, *arguments, to: str = "group") -> HttpResponse:
    """The change of a membership, and what is said of it."""
    try:
        change(member.group, member.person, *arguments)
    except Problem as problem:
        messages.error(request, str(problem))
        return see_other(request, "group", member.group_id)
    except (Membership.DoesNotExist, Group.DoesNotExist):  # gone meanwhile
        raise Http404 from None
    messages.success(request, words)
    # Whoever has removed themselves sees the group no longer.
    gone = change is lifecycle.remove and member.person == request.user
    return see_other(request, "groups") if gone or to == "groups" else see_other(request, to, member.group_id)


def _page(request: HttpRequest, group: Group, is_manager: bool, form: InviteForm) -> HttpResponse:
    members = group.memberships.select_related("person").order_by(*by_words("person__first_name", "person__username"))
    invitations = managed_invitations(request.user).filter(group=group).select_related("group", "invited_by")
    context = {
        "group": group,
        "members": list(members),
        "mine": next((member for member in members if member.person == request.user), None),
        "is_manager": is_manager,
        "roles": Role.choices,
        "form": form,
        "invitations": with_links(request, invitations) if is_manager else [],
        "definitions": Definition.objects.filter(group=group).select_related("owner"),
        "datasets": Dataset.objects.filter(group=group).select_related("owner"),
    }
    return render(request, "groups/group.html", context, status=422 if form.errors else 200)


def _invited(request: HttpRequest, group: Group, form: InviteForm) -> bool:
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        invite(request.user, email, group, role, portal=portal_of(request), language=get_language())
    except Problem as problem:
        form.add_error("email", str(problem))
        return False
    messages.success(request, _("%(email)s has been invited.") % {"email": email})
    return True


def _saved(form: GroupForm) -> bool:
    form.group.name = form.cleaned_data["name"]
    did = Did.MADE if form.group._state.adding else Did.CHANGED
    try:
        with transaction.atomic():
            form.group.save()
            audit.record(did, form.group)
    except IntegrityError:  # taken at this moment
        form.add_error("name", _("There is a group called “%(name)s”. Choose another name.") % form.cleaned_data)
        return False
    return True


def _counted(groups: QuerySet) -> QuerySet:
    """Each with how many people and datasets it has."""
    people = Membership.objects.filter(group=OuterRef("pk")).values("group").annotate(n=Count("pk")).values("n")
    datasets = Dataset.objects.filter(group=OuterRef("pk")).order_by().values("group").annotate(n=Count("pk"))
    return groups.annotate(people_count=Subquery(people), dataset_count=Subquery(datasets.values("n")))


def _group_or_404(request: HttpRequest, pk) -> Group:
    return get_object_or_404(visible_groups(request.user), pk=pk)


def _manages(request: HttpRequest, group: Group) -> bool:
    return managed_groups(request.user).filter(pk=group.pk).exists()


def _member_to_change(request: HttpRequest, pk, person: int) -> Membership:
    group = _group_or_404(request, pk)
    refuse_unless(_manages(request, group))
    # By the key itself: then nobody has a number that is too large for one.
    return get_object_or_404(Membership.objects.select_related("group", "person"), group=group, person__pk=person)
