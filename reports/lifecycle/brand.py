"""Give a group its looks."""

import logging
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import File
from django.db import transaction

from portal import logs
from reports.lifecycle.dispatch import dispatch
from reports.lifecycle.upload import keep
from reports.models import Brand, Logo

logger = logging.getLogger(__name__)


def bring_logo(brand: Brand, owner: AbstractBaseUser, file: File, file_name: str) -> Logo:
    """Keep the picture as it came and have it checked: when it is good, it takes the place of the logo before it."""
    original, _size = keep(file)
    with transaction.atomic():
        logo = Logo.objects.create(owner=owner, original=original, file_name=Path(file_name).name[-255:])
        Brand.objects.filter(pk=brand.pk).update(newest=logo)
        with logs.about(**logo.in_logs):
            logger.info("Brought")
        transaction.on_commit(dispatch)
    brand.newest = logo
    return logo


def remove_logo(brand: Brand) -> None:
    """Reports that were asked for keep it."""
    Brand.objects.filter(pk=brand.pk).update(logo=None, newest=None)
    brand.logo = brand.newest = None
