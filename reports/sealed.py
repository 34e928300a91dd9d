"""Texts that lie in the database so that nobody can read them there: sealed with a key derived from SECRET_KEY."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from reports.problems import Problem


def seal(text: str) -> str:
    """Another sealed text each time; "" stays empty."""
    return _key(settings.SECRET_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Raises Problem `unsealable` when SECRET_KEY has changed since."""
    try:
        return _key(settings.SECRET_KEY).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        raise Problem("unsealable") from None


@lru_cache(maxsize=1)
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"prelo sealed texts").derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
