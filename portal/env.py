"""Every variable that an operator may set, with its default.

A variable comes from the environment, else from the file `.env` at the root of the project.  `.env.example`
lists them with their meaning; a test holds the two together.
"""

from pathlib import Path

from environs import Env

ROOT = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(ROOT / ".env", recurse=False)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", False)
TIME_ZONE = env.str("TIME_ZONE", "UTC")
LANGUAGE = env.str("LANGUAGE_DEFAULT", "en")

DATA_DIR = Path(env.str("DATA_DIR", str(ROOT / "var"))).resolve()
BROKER_URL = env.str("BROKER_URL", f"redis+socket://{DATA_DIR}/redis.sock?virtual_host=0")
RESULT_URL = env.str("RESULT_URL", BROKER_URL)

MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", 1024)
MAX_XLSX_CELLS = env.int("MAX_XLSX_CELLS", 20_000_000)
STEP_MEMORY_MB = env.int("STEP_MEMORY_MB", 4096)
STEP_SECONDS = env.int("STEP_SECONDS", 540)
JOBS_PER_PERSON = env.int("JOBS_PER_PERSON", 2)
