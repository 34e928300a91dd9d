"""What the commands have in common."""

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """A command that answers a database that is absent, old or busy with a line instead of a traceback."""

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except Error as error:
            # PostgreSQL goes on to show the place in the query.
            line = _("The database does not answer as it should: %(reason)s. Bring it up to date with: make migrate")
            raise CommandError(line % {"reason": str(error).splitlines()[0]}) from None
