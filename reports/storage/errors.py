"""What a storage says when it cannot be used."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

MISSING = {"404", "NoSuchKey"}
REFUSED = {"403", "AccessDenied"}


class Unreachable(OSError):
    """It does not answer, or refuses; `strerror` says why, in words for an operator, and without a secret."""


@contextmanager
def understood(bucket: str) -> Iterator[None]:
    """Whatever an object store answers is an OSError: that of a file that is not there, or Unreachable."""
    try:
        yield
    except ClientError as error:
        raise _of_answer(error.response["Error"].get("Code", ""), bucket) from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        words = f"the object store with the bucket {bucket} does not answer ({type(error).__name__})"
        raise Unreachable(errno.EIO, words) from error


def _of_answer(code: str, bucket: str) -> OSError:
    if code in MISSING:
        return FileNotFoundError(errno.ENOENT, "the file is not in the bucket")
    if code == "NoSuchBucket":
        return Unreachable(errno.EIO, f"the object store has no bucket {bucket}")
    if code in REFUSED:
        return Unreachable(errno.EACCES, f"the object store does not let this key do that in the bucket {bucket}")
    return Unreachable(errno.EIO, f"the object store answers {code} for the bucket {bucket}")
