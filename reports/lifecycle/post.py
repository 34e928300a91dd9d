"""Hand letters over to a worker: no page waits for a mail server."""

import logging

from celery import Task

from reports.lifecycle.dispatch import BROKER_ERRORS
from reports.problems import Problem

logger = logging.getLogger(__name__)


def post(letter: Task, *arguments: str) -> None:
    """`letter` is one of the tasks that send one.  Raises Problem when the broker does not take it."""
    try:
        letter.apply_async(arguments, queue="deliveries")
    except BROKER_ERRORS as error:
        logger.warning("The broker does not answer, so %s is not sent: %s", letter.name, error)
        raise Problem("mail_not_taken") from error
