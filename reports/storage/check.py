"""Whether files can be written is looked at when Prelo starts: operators read there what they have set up wrongly."""

import logging

from django.core.checks import CheckMessage, Warning, register

from reports import storage

logger = logging.getLogger(__name__)


@register()
def storage_takes_files(app_configs, **_) -> list[CheckMessage]:
    """No error: whoever starts while the storage is away waits for it, like those who run."""
    fault = storage.fault()
    hint = "Look at STORAGE_URL, or at the disk of DATA_DIR"
    return [Warning(f"Files cannot be written: {fault}", hint=hint, id="reports.W001")] if fault else []


def warn() -> None:
    for message in storage_takes_files(None):
        logger.error("%s. %s", message.msg, message.hint)
