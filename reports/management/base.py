"""What the commands have in common."""

import logging

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """A command that answers a database that is absent, old or busy with a line instead of a traceback."""

    def execute(self, *args, **options):
        # Somebody watches, and the log would run through the progress that is shown.
        logging.getLogger("reports").setLevel(logging.ERROR)
        try:
            return super().execute(*args, **options)
        except Error as error:
            # PostgreSQL goes on to show the place in the query.
            line = _("The database does not answer as it should: %(reason)s. Bring it up to date with: make migrate")
            raise CommandError(line % {"reason": str(error).splitlines()[0]}) from None
