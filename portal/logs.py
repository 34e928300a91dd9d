"""How log lines look, and what they say of the job that is being worked on.

A line that is written while a job is worked on bears its id, epoch and step, in whatever process that is: the names
are kept in a context variable, which a fork inherits.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from django.db.utils import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from portal import env

# The words of any other error may quote what a person brought or chose, which belongs into no log.
OF_THE_SYSTEM = (OSError, InterfaceError, OperationalError, BrokerError, RedisError, ImportError)

_names: ContextVar = ContextVar("names", default=MappingProxyType({}))
_worker = ""


@contextmanager
def about(**names) -> Iterator[None]:
    """Lines that are written within are about this: `about(report="...", epoch=1, step="gather")`."""
    token = _names.set(_names.get() | names)
    try:
        yield
    finally:
        _names.reset(token)


def also(**names) -> None:
    """What has been found out meanwhile, until the end of the `about` around it."""
    _names.set(_names.get() | names)


def call_worker(name: str) -> None:
    """This process, and those that it forks, are the worker of this name."""
    global _worker
    _worker = name


def worker() -> str:
    """The name of the worker that this process belongs to; empty in any other process."""
    return _worker


class Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.getMessage()}"
        if names := _names.get():
            told = {**names, "worker": _worker} if _worker else names
            line += f" [{' '.join(f'{name}={value}' for name, value in told.items())}]"
        return f"{line}\n{_told(record.exc_info[1])}" if record.exc_info else line


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if _worker:
            line["worker"] = _worker
        line |= _names.get()
        if record.exc_info:
            line["error"] = _told(record.exc_info[1])
        return json.dumps(line, default=str)


FORMATS = {"text": Text, "json": JsonLines}


def configuration() -> dict:
    """For `logging.config.dictConfig`: everything goes to standard error, in the format of `LOG_FORMAT`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMATS[env.LOG_FORMAT]}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "pikepdf": {"level": "WARNING"},
            # That a task came and went: what becomes of jobs is told with their ids.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # It would write in a format of its own.
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
        },
    }


def _told(error: BaseException | None) -> str:
    """Where an error came from, and those that led to it; what they say only if it is the system that speaks."""
    told = []
    while error is not None:
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        words = f": {error}" if env.DEBUG or isinstance(error, OF_THE_SYSTEM) else ""
        told.append("".join(traceback.format_tb(error.__traceback__)) + kind + words)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nled to:\n\n".join(reversed(told))
