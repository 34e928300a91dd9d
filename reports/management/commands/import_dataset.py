"""`manage.py import_dataset FILE --name NAME`: bring a file without a browser."""

from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import CommandError
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.lifecycle.cancel import delete_dataset
from reports.lifecycle.inline import make_snapshot
from reports.lifecycle.limits import refuse_bytes
from reports.lifecycle.upload import bring_file
from reports.management import base
from reports.management.accounts import owner_named
from reports.management.progress import bars_of
from reports.models import Dataset, Snapshot
from reports.problems import Problem


class Command(base.Command):
    @property
    def help(self) -> str:
        return _("Read a file into a dataset, in this process.")

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=_("CSV, TSV, XLSX, JSON, JSON Lines or Parquet."))
        parser.add_argument("--name", required=True, help=_("The dataset; a new one, or one that gets a new version."))
        parser.add_argument("--owner", help=_("The account that it belongs to; without it the demo account."))

    def handle(self, *, file: Path, name: str, owner: str | None, **_options):
        snapshot = import_file(file, _checked(name), owner_named(owner))
        for note in snapshot.notes_in_words:
            self.stdout.write(note)
        rows = ngettext("%(count)s row", "%(count)s rows", snapshot.rows) % {"count": localize(snapshot.rows)}
        columns = len(snapshot.columns)
        columns = ngettext("%(count)s column", "%(count)s columns", columns) % {"count": localize(columns)}
        line = _("“%(name)s” has %(rows)s and %(columns)s now (version %(number)s).")
        self.stdout.write(
            line % {"name": snapshot.dataset, "rows": rows, "columns": columns, "number": snapshot.number}
        )


def import_file(path: Path, name: str, owner: AbstractBaseUser) -> Snapshot:
    """The snapshot that was read.  Raises CommandError; then a dataset that was begun for it is gone again."""
    try:
        file = path.open("rb")
        file.peek()  # a folder can be opened, too
    except OSError as error:
        line = _("%(file)s cannot be read: %(reason)s.")
        raise CommandError(line % {"file": path, "reason": error.strerror}) from None
    with file:
        try:
            refuse_bytes(owner, path.stat().st_size)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        dataset, is_new = Dataset.objects.get_or_create(owner=owner, name=name)
        try:
            return _read(dataset, File(file), path.name)
        except BaseException:
            if is_new:
                delete_dataset(dataset)
            raise


def _read(dataset: Dataset, file: File, file_name: str) -> Snapshot:
    snapshot = bring_file(dataset, file, file_name, inline=True)
    with bars_of(snapshot) as bars:
        make_snapshot(snapshot, bars)
    return snapshot


def _checked(name: str) -> str:
    try:
        return Dataset._meta.get_field("name").clean(name.strip(), None)
    except ValidationError as error:
        raise CommandError(f"--name: {' '.join(error.messages)}") from None
