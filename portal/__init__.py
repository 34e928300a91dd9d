"""The Django project: settings, addresses, and the Celery application."""

import os

from portal.celery import app as celery_app

__all__ = ["celery_app"]

# What people bring is nobody else's business: other accounts of the machine can read no file that Prelo writes.
os.umask(0o077)
