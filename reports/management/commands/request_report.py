"""Ask for a report without a browser: `manage.py request_report KIND --dataset NAME --output FILE.pdf`, or
`--definition NAME` in place of the kind and the dataset."""

import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Case, When
from django.utils import translation
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.celery import app
from reports import storage
from reports.kinds.forms import parse_settings
from reports.kinds.registry import KINDS, kind_named
from reports.lifecycle.definitions import form_answered, trouble_of, wanted_from
from reports.lifecycle.dispatch import BROKER_ERRORS
from reports.lifecycle.inline import make_report
from reports.lifecycle.request import request_report
from reports.management import base
from reports.management.accounts import owner_named
from reports.management.progress import bars_of, follow
from reports.models import Dataset, Definition, Report
from reports.models.access import Shared, SharedQuerySet
from reports.models.person import profile_of
from reports.problems import Problem

# A worker answers at once, also while it works.
ANSWER_SECONDS = 1


class Command(base.Command):
    @property
    def help(self) -> str:
        return _("Make a report of a dataset and write its PDF to a file.")

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", help=", ".join(KINDS))
        parser.add_argument("--dataset", help=_("The name of the dataset."))
        parser.add_argument("--definition", help=_("The name of a definition, instead of a kind and a dataset."))
        parser.add_argument("--output", required=True, type=Path, help=_("Where the PDF is written."))
        parser.add_argument("--owner", help=_("Whose dataset it is; without it the demo account's."))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="OPTION=VALUE",
            help=_("An option of the kind, such as group=Region, or an answer to the definition; once for each."),
        )
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=dict(settings.LANGUAGES))
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help=_("A file whose first line is the password that opens the PDF."),
        )
        parser.add_argument("--inline", action="store_true", help=_("Make it in this process, without a worker."))

    def handle(self, *, kind, dataset, definition, output, owner, language, inline, **options):
        _check_folder(output)
        if (definition and (kind or dataset)) or not (definition or (kind and dataset)):
            raise CommandError(_("Name a kind and --dataset, or a --definition alone."))
        how = (options["set"], language, _first_line(options["password_file"]))
        if definition:
            wanted = checked_definition(owner_named(owner), definition, *how)
        else:
            wanted = checked(owner_named(owner), kind, dataset, *how)
        if not inline:
            _check_worker()
        report = ask(wanted, inline=inline)
        with bars_of(report) as bars:
            (make_report if inline else follow)(report, bars)
        _copy(report, output)
        for note in report.notes_in_words:
            self.stderr.write(note)
        pages = ngettext("%(count)s page", "%(count)s pages", report.pages) % {"count": localize(report.pages)}
        self.stdout.write(_("%(file)s: %(pages)s.") % {"file": output, "pages": pages})


def checked(
    owner: AbstractBaseUser, kind: str, dataset_name: str, typed: list[str], language: str, password: str = ""
) -> dict:
    """The arguments of `request_report` for what somebody typed.  Raises CommandError."""
    dataset = _dataset_of(owner, dataset_name)
    try:
        form_class = kind_named(kind).form
        # Numbers and dates are read as they are written in the report's language.
        with translation.override(language):
            data = {**parse_settings(form_class, typed), "password": password}
            usual = {"paper": profile_of(owner).paper}
            form = form_class(data, columns=dataset.current.typed_columns, initial=usual)
            if not form.is_valid():
                raise CommandError("; ".join(form.error_lines()))
    except Problem as problem:
        raise CommandError(str(problem)) from None
    options = form.options()
    title = options.get("title") or dataset.name
    return {
        "owner": owner,
        "kind": kind,
        "snapshot": dataset.current,
        "options": options,
        "title": title,
        "language": language,
        "password": password,
    }


def checked_definition(owner: AbstractBaseUser, name: str, typed: list[str], language: str, password: str = "") -> dict:
    """The same for a definition of the owner's, whose parameters `typed` answers.  Raises CommandError."""
    definitions = _known_to(owner, Definition)
    definition = definitions.with_data().filter(name=name).first()
    if definition is None:
        known = ", ".join(definitions.values_list("name", flat=True)[:20]) or _("none")
        line = _("%(owner)s has no definition “%(name)s”. There is: %(known)s.")
        raise CommandError(line % {"owner": owner, "name": name, "known": known})
    try:
        if trouble := trouble_of(definition):
            raise trouble
        with translation.override(language):
            form = form_answered(definition.current, dict(_answer(setting) for setting in typed))
            if not form.is_valid():
                errors = [
                    (form.fields[field].label, error) for field, errors in form.errors.items() for error in errors
                ]
                raise CommandError("; ".join(f"{label}: {error}" for label, error in errors))
        return wanted_from(definition.current, owner, form, language=language, password=password)
    except Problem as problem:
        raise CommandError(str(problem)) from None


def _answer(setting: str) -> tuple[str, str]:
    label, sign, text = setting.partition("=")
    if not sign:
        raise Problem("setting_unclear", setting=setting)
    return label.strip(), text.strip()


def ask(wanted: dict, *, inline: bool) -> Report:
    """A new report, which this process (inline) or a worker is to make.  Raises CommandError."""
    try:
        with transaction.atomic():
            report = request_report(**wanted)
            if inline:
                report.queue()
    except Problem as problem:
        raise CommandError(str(problem)) from None
    return report


def _known_to(owner: AbstractBaseUser, model: type[Shared]) -> SharedQuerySet:
    """Their own before what is shared with them."""
    return model.objects.visible_to(owner).order_by(Case(When(owner=owner, then=0), default=1), "name")


def _dataset_of(owner: AbstractBaseUser, name: str) -> Dataset:
    datasets = _known_to(owner, Dataset)
    dataset = datasets.filter(name=name).first()
    if dataset is None:
        known = ", ".join(datasets.values_list("name", flat=True)[:20]) or _("none")
        line = _("%(owner)s has no dataset “%(name)s”. There is: %(known)s.")
        raise CommandError(line % {"owner": owner, "name": name, "known": known})
    if dataset.current is None:
        raise CommandError(_("“%(name)s” has not been read, so there is nothing to report on.") % {"name": name})
    return dataset


def _first_line(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        line = _("%(file)s cannot be read: %(reason)s.")
        raise CommandError(line % {"file": file, "reason": getattr(error, "strerror", None) or error}) from None


def _check_worker() -> None:
    """Whether somebody serves the queue of reports."""
    try:
        answers = app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    except BROKER_ERRORS:
        raise CommandError(
            _("Nothing answers at BROKER_URL. Start the portal with make run, or add --inline.")
        ) from None
    if not any(queue["name"] == "reports" for queues in answers.values() for queue in queues):
        raise CommandError(_("No worker answers. Start one with make run or make worker, or add --inline."))


def _check_folder(output: Path) -> None:
    """What cannot be written is better found out before the work than after it."""
    if output.is_dir() or not output.parent.is_dir():
        raise CommandError(_("%(file)s cannot be written: there is no such folder.") % {"file": output})


def _copy(report: Report, output: Path) -> None:
    try:
        with storage.opened(report.pdf) as file, output.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    except OSError as error:
        line = _("%(file)s cannot be written: %(reason)s.")
        raise CommandError(line % {"file": output, "reason": error.strerror}) from None
