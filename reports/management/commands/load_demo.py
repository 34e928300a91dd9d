"""`manage.py load_demo`: datasets and a first report to look at, for the demo account."""

import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from reports.management import base
from reports.management.accounts import demo_account
from reports.management.commands.import_dataset import import_file
from reports.management.commands.request_report import ask, checked
from reports.management.demo import FILES, FIRST_REPORT
from reports.management.progress import POLL_SECONDS
from reports.models import Dataset, Report, State

# A worker that has just been started takes a few seconds to be ready.
PATIENCE_SECONDS = 60


class Command(base.Command):
    @property
    def help(self) -> str:
        return _("Load the demo data, and ask for a first report.")

    def handle(self, **_options):
        owner = demo_account()
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR / "tmp") as folder:
            for demo in FILES:
                if not Dataset.objects.filter(owner=owner, name=demo.dataset).exists():
                    path = Path(folder) / demo.file_name
                    path.write_bytes(demo.content())
                    import_file(path, demo.dataset, owner)
        if not Report.objects.filter(owner=owner).exists():
            wanted = checked(owner, *FIRST_REPORT, settings.LANGUAGE_CODE)
            self._wait_for(ask(wanted, inline=False))

    def _wait_for(self, report: Report) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while report.is_unfinished and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            report.refresh_from_db()
        if report.is_unfinished:
            self.stdout.write(_("The first report is made as soon as a worker runs."))
        elif report.state != State.READY:
            raise CommandError(report.problem_in_words)
