"""Every variable that an operator may set, with its default.

A variable comes from the environment, else from the file `.env` at the root of the project; or it is what stands in
the file that `<name>_FILE` names, as secrets do that a container or systemd hands over.  `.env.example` lists them with
their meaning; a test holds the two together.
"""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

from environs import FileAwareEnv, validate

ROOT = Path(__file__).resolve().parent.parent

env = FileAwareEnv(strip_whitespace=True)
env.read_env(ROOT / ".env", recurse=False)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", False)
PROXIES = env.int("PROXIES", 0, validate=validate.Range(min=0))
TIME_ZONE = env.str("TIME_ZONE", "UTC")
LANGUAGE = env.str("LANGUAGE_DEFAULT", "en")
LOG_FORMAT = env.str("LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"]))
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
PUBLIC_URL = env.str("PUBLIC_URL", "").rstrip("/")
EMAIL_URL = env.str("EMAIL_URL", "")
MAX_ATTACHMENT_MB = env.int("MAX_ATTACHMENT_MB", 10)
MAX_RECIPIENTS = env.int("MAX_RECIPIENTS", 50)
MAX_BURST = env.int("MAX_BURST", 1000)
DELIVERY_FOLDER = env.str("DELIVERY_FOLDER", "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Prelo <prelo@localhost>")

# The kernel's limit for the path of a unix socket is 107 bytes.
SOCKET_PATH_BYTES = 107


def redis_socket(data_dir: Path) -> Path:
    """Where the Redis of `make run` listens: in the data folder, or, when that path is too long for a socket, in a
    folder of this person's under /tmp."""
    path = data_dir / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(f"/tmp/prelo-{os.getuid()}-{name}/redis.sock")  # noqa: S108 (the folder is made private)


DATA_DIR = Path(env.str("DATA_DIR", str(ROOT / "var"))).resolve()
DATABASE_URL = env.str("DATABASE_URL", "")
STORAGE_URL = env.str("STORAGE_URL", "")
CACHE_MB = env.int("CACHE_MB", 10_240)
DOWNLOADS = env.str("DOWNLOADS", "portal", validate=validate.OneOf(["portal", "signed"]))
REDIS_SOCKET = redis_socket(DATA_DIR)
OWN_REDIS_URL = f"redis+socket://{quote(str(REDIS_SOCKET))}?virtual_host=0"
BROKER_URL = env.str("BROKER_URL", OWN_REDIS_URL)
RESULT_URL = env.str("RESULT_URL", "" if BROKER_URL.startswith("amqp") else BROKER_URL)

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
WEB_PROCESSES = env.int("WEB_PROCESSES", 2)
WEB_THREADS = env.int("WEB_THREADS", 8)
CONCURRENCY = env.int("CONCURRENCY", 2)

ALLOWED_NETWORKS = env.list("ALLOWED_NETWORKS", [])
REQUESTS_PER_SECOND = env.int("REQUESTS_PER_SECOND", 10, validate=validate.Range(min=1))

MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", 1024)
MAX_XLSX_CELLS = env.int("MAX_XLSX_CELLS", 20_000_000)
STEP_MEMORY_MB = env.int("STEP_MEMORY_MB", 4096)
STEP_SECONDS = env.int("STEP_SECONDS", 540)
JOBS_PER_PERSON = env.int("JOBS_PER_PERSON", 2)
MAX_WAITING_PER_PERSON = env.int("MAX_WAITING_PER_PERSON", 0)
MAX_STORED_MB_PER_PERSON = env.int("MAX_STORED_MB_PER_PERSON", 0)
MAX_UPLOADS_PER_HOUR = env.int("MAX_UPLOADS_PER_HOUR", 0)
SOURCE_ROWS = env.int("SOURCE_ROWS", 10_000_000)
SOURCE_MB = env.int("SOURCE_MB", 1024)
SOURCE_SECONDS = env.int("SOURCE_SECONDS", 300)
SQLITE_FOLDERS = env.list("SQLITE_FOLDERS", [])
KEEP_REPORTS_DAYS = env.int("KEEP_REPORTS_DAYS", 0, validate=validate.Range(min=0))
KEEP_SNAPSHOTS_DAYS = env.int("KEEP_SNAPSHOTS_DAYS", 0, validate=validate.Range(min=0))
KEEP_AUDIT_DAYS = env.int("KEEP_AUDIT_DAYS", 0, validate=validate.Range(min=0))
TAGGED_ROWS = env.int("TAGGED_ROWS", 20_000)
PUBLISH_ONLY_VALID = env.bool("PUBLISH_ONLY_VALID", False)
