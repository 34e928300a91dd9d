from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from reports import shared_time


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        # Models, and settings, are there once all apps are loaded.
        from reports.models.sorting import give_collation
        from reports.storage import check  # noqa: F401 (registers itself)

        connection_created.connect(give_collation)
        connection_created.connect(shared_time.compare)
