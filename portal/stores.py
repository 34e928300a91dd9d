"""Django's settings of the storage: the folder in `DATA_DIR`, or the bucket that `STORAGE_URL` names."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "must look like s3://key:secret@bucket/prefix?endpoint=https://host&region=name, or be empty"
# What may stand after the question mark -> what django-storages calls it.
OPTIONS = {"endpoint": "endpoint_url", "region": "region_name"}
# What a signature says when nobody has named a region; stores that are not Amazon's take any.
REGION = "us-east-1"


def at(url: str, data_dir: Path) -> dict:
    """Raises ImproperlyConfigured for what is no such address; the message does not repeat the secret."""
    if not url:
        return {"BACKEND": "reports.storage.disk.Disk", "OPTIONS": {"location": data_dir / "storage"}}
    return bucket(url, "STORAGE_URL")


def bucket(url: str, variable: str) -> dict:
    """For the address that a variable has.  Raises ImproperlyConfigured."""
    return {"BACKEND": "reports.storage.bucket.Bucket", "OPTIONS": _options(url, variable)}


def _options(url: str, variable: str) -> dict:
    try:
        address = urlsplit(url)
        given = dict(parse_qsl(address.query, strict_parsing=bool(address.query)))
        endpoint = urlsplit(given.get("endpoint", "https://any"))
        is_good = address.scheme == "s3" and address.hostname and not address.port and set(given) <= set(OPTIONS)
        is_good = is_good and endpoint.scheme in ("http", "https") and endpoint.hostname
    except ValueError:
        is_good = False
    if not is_good:
        raise ImproperlyConfigured(f"{variable} {FORM}")
    if bool(address.username) != bool(address.password):
        raise ImproperlyConfigured(f"{variable} has a key without its secret, or a secret without its key")
    options = {"bucket_name": address.hostname, "location": address.path.strip("/"), "region_name": REGION}
    options |= {OPTIONS[name]: value for name, value in given.items()}
    if address.username:
        options |= {"access_key": unquote(address.username), "secret_key": unquote(address.password)}
    return options
