"""The entry point for a WSGI server: `gunicorn portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from reports import releases  # noqa: E402 (needs what the line above has set up)

releases.check()
