"""How the web server runs: `gunicorn --config deploy/gunicorn.py portal.wsgi`."""

from pathlib import Path

from portal import env, logs

bind = f"[{env.HOST}]:{env.PORT}" if ":" in env.HOST else f"{env.HOST}:{env.PORT}"
worker_class = "gthread"
workers = env.WEB_PROCESSES
threads = env.WEB_THREADS
# Loaded once and shared by the processes that are forked from it.
preload_app = True
# The heartbeat of a process is a file: on a disk it would stall whenever the disk does.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
graceful_timeout = 20
loglevel = "warning"
logconfig_dict = logs.configuration()
# It would lie outside the data folder, and nothing here uses it.
control_socket_disable = True


def when_ready(server):
    from reports.storage import check  # Django is there by now

    check.warn()
