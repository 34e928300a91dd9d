"""Django's settings.  What differs between installations is a variable in `env`; the rest is fixed here."""

import os
from contextlib import suppress
from tempfile import NamedTemporaryFile

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from portal import database, env, languages, logs, mail, stores

BASE_DIR = env.ROOT
DATA_DIR = env.DATA_DIR
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, else one made for this installation and kept in its data folder.

    Raises ImproperlyConfigured for one that might be guessed.
    """
    if env.SECRET_KEY:
        return _long_enough(env.SECRET_KEY)
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # It gets its name when it is whole; when several processes start at once, the first one's counts.
        with NamedTemporaryFile("w", dir=DATA_DIR) as file, suppress(FileExistsError):
            file.write(get_random_secret_key())
            file.flush()
            os.link(file.name, path)
    return _long_enough(path.read_text())


def _long_enough(key: str) -> str:
    """Of `key`, as Django's check of a deployment wants it: whoever has it, or finds it out, can be anybody."""
    weak = len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-")
    if weak and not env.DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is too short, or one that everybody knows. Leave it empty, and Prelo makes one; or make one "
            "with: openssl rand -base64 48"
        )
    return key


SECRET_KEY = _secret_key()
DEBUG = env.DEBUG
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = env.CSRF_TRUSTED_ORIGINS

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "reports",
]

MIDDLEWARE = [
    "reports.web.machines.Machines",
    "django.middleware.security.SecurityMiddleware",
    "reports.web.headers.OwnPagesOnly",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "reports.web.personal.Personal",
    "reports.web.acting.Acting",
    "reports.web.body_limit.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "reports.web.files.UnreachableStorage",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"live": "reports.web.live", "news": "reports.web.news"},
        },
    }
]
# Form fields and widgets are drawn by our own templates.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database.at(env.DATABASE_URL, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["reports.web.accounts.Accounts"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

LANGUAGE_CODE = env.LANGUAGE
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = languages.spoken(LOCALE_PATHS[0])
TIME_ZONE = env.TIME_ZONE
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": stores.at(env.STORAGE_URL, DATA_DIR),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "portal.static.StaticFiles"
    },
}
# How much room the copies may take that this machine makes of what lies in a bucket.
CACHE_MB = env.CACHE_MB
# Who gives people their files: `portal`, or `signed`: the object store, at addresses that end after a minute.
DOWNLOADS = env.DOWNLOADS
# Every page names them by their hash; compressing the others too would double the time it takes.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# An upload larger than this is written to disk as it arrives; it is never held in memory whole.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
# A form has a field for each column of a dataset, and there are tables of thousands.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "frame-src": [SELF],
        "img-src": [SELF],
        "object-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.HTTPS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if env.HTTPS else 0
# What is asked of a browser for a year concerns this host.  Its domain's others are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.HTTPS else None
# How many of the last addresses in X-Forwarded-For were written by proxies of ours; HTTPS comes by one.
PROXIES = max(env.PROXIES, int(env.HTTPS))

# Without a mail server, messages are kept as files, and staff are shown the links that are in them.
MAIL_SERVER = mail.server_at(env.EMAIL_URL)
EMAIL_BACKEND = "reports.delivery.smtp.Smtp" if MAIL_SERVER.host else "reports.delivery.files.Files"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.scheme == "smtp+starttls", MAIL_SERVER.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.DEFAULT_FROM_EMAIL
# Where links in messages lead; empty: to where the portal was reached by whoever caused the message.
PUBLIC_URL = env.PUBLIC_URL

MAX_ATTACHMENT_BYTES = env.MAX_ATTACHMENT_MB * 1024 * 1024
MAX_RECIPIENTS = env.MAX_RECIPIENTS
MAX_BURST = env.MAX_BURST
DELIVERY_FOLDER = env.DELIVERY_FOLDER
if DELIVERY_FOLDER.startswith("s3://"):
    STORAGES["deliveries"] = stores.bucket(DELIVERY_FOLDER, "DELIVERY_FOLDER")

LOGGING = logs.configuration()

# What one step of a job may use, and how many reports of one person are made at a time.
STEP_MEMORY_MB = env.STEP_MEMORY_MB
STEP_SECONDS = env.STEP_SECONDS
JOBS_PER_PERSON = env.JOBS_PER_PERSON
# For how many days PDFs, old versions of datasets and the audit log are kept; 0 is for ever.
KEEP_REPORTS_DAYS = env.KEEP_REPORTS_DAYS
KEEP_SNAPSHOTS_DAYS = env.KEEP_SNAPSHOTS_DAYS
KEEP_AUDIT_DAYS = env.KEEP_AUDIT_DAYS
# What one person may have at a time; 0: as much as they like.
MAX_WAITING_PER_PERSON = env.MAX_WAITING_PER_PERSON
MAX_STORED_MB_PER_PERSON = env.MAX_STORED_MB_PER_PERSON
MAX_UPLOADS_PER_HOUR = env.MAX_UPLOADS_PER_HOUR
# A table with more rows is printed without tags: they cost time, and make the file several times as large.
TAGGED_ROWS = env.TAGGED_ROWS
PUBLISH_ONLY_VALID = env.PUBLISH_ONLY_VALID
# Hosts and networks that Prelo may be sent to although they are no part of the open internet.
ALLOWED_NETWORKS = env.ALLOWED_NETWORKS
# How often all workers together ask one host.
REQUESTS_PER_SECOND = env.REQUESTS_PER_SECOND
# Whoever bears it may read /metrics; without one, only staff may.
METRICS_TOKEN = env.METRICS_TOKEN
MAX_UPLOAD_BYTES = env.MAX_UPLOAD_MB * 1024 * 1024
MAX_XLSX_CELLS = env.MAX_XLSX_CELLS
# What one reading of a database or of a web address may take, and where the SQLite files lie that may be read.
SOURCE_ROWS = env.SOURCE_ROWS
SOURCE_MB = env.SOURCE_MB
SOURCE_SECONDS = env.SOURCE_SECONDS
SQLITE_FOLDERS = env.SQLITE_FOLDERS
