"""The Celery application.

The database row of a report or snapshot is the truth; the broker only wakes workers up, and may be wiped at any
time.  The settings follow from that: docs/decisions/0002-the-row-is-the-truth.md.
"""

import logging
import os

from celery import Celery
from celery.signals import setup_logging
from kombu import Queue

from portal import broker, env, results

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("prelo")

QUEUES = ("reports", "snapshots", "quick", "deliveries")

# A step ends itself at its own limit; these end a worker's process that could not even do that.
SOFT_LIMIT, HARD_LIMIT = env.STEP_SECONDS + 150, env.STEP_SECONDS + 210
# Above the hard limit: Redis gives a message to a second worker when it is older than this.
VISIBILITY_SECONDS = max(1800, HARD_LIMIT + 300)

app.conf.update(
    **broker.settings_for(env.BROKER_URL, VISIBILITY_SECONDS),
    result_backend=results.address(env.RESULT_URL),
    result_expires=24 * 3600,
    result_extended=True,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    # Work is acknowledged when done; what a dead worker held is found by its lease, never by the broker.
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    task_acks_on_failure_or_timeout=True,
    task_track_started=True,
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    worker_concurrency=env.CONCURRENCY,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=200,
    worker_proc_alive_timeout=60,
    # A step goes on without the broker: the row knows who works on it, and a message that comes twice is refused.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_send_task_events=True,
    # A worker waits for its broker, however long it is gone.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_pool_limit=4,
    result_backend_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
    visibility_timeout=VISIBILITY_SECONDS,
    redis_socket_timeout=10,
    redis_socket_connect_timeout=2,
    redis_backend_health_check_interval=25,
    task_default_queue="quick",
    task_queues=[Queue(name) for name in QUEUES],
    beat_schedule_filename=str(env.DATA_DIR / "beat-schedule"),
    # A tick that was not taken before the next one comes is worth nothing.
    beat_schedule={
        "sweep": {"task": "reports.beat.sweep", "schedule": 30, "options": {"expires": 25}},
        "schedules": {"task": "reports.beat.schedules", "schedule": 10, "options": {"expires": 9}},
        "collect": {"task": "reports.beat.collect", "schedule": 3600, "options": {"expires": 3000}},
        **{
            f"tick {queue}": {"task": "reports.beat.tick", "schedule": 30, "options": {"queue": queue, "expires": 25}}
            for queue in QUEUES
        },
    },
)
app.autodiscover_tasks(["reports"])
app.autodiscover_tasks(["reports"], related_name="beat")
app.autodiscover_tasks(["reports"], related_name="presence")


@setup_logging.connect
def keep_the_loggers(loglevel: int, **_):
    """Those of the settings, for all processes alike; Celery would add handlers with formats of its own."""
    logging.getLogger().setLevel(loglevel)
