"""A program is told that a report is ready, by a signed POST.

A delivery's content: {"url", "secret" (sealed)}.  What the receiver gets and how it is signed: docs/delivery.md.
"""

import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress

from reports.delivery.links import link_of
from reports.guarded import Answer, Limits, ask
from reports.models import Delivery, Report
from reports.problems import Problem
from reports.sealed import unseal

LIMITS = Limits(connect=10, read=30, total=60)
# So much of an answer is kept.
KEPT_BYTES = 2048
# Statuses, besides those of the receiver's own faults, after which it is asked again.
LATER = {408, 425, 429}


def report_to_send(delivery: Delivery) -> Callable[[], str]:
    """What sends it and returns the receiver's answer.  Raises Problem, and so does what is returned: `webhook_refused`
    when that is final, `webhook_deferred` when it is not, and those of `reports.guarded.ask`."""
    body = json.dumps(told(delivery.report, link_of(delivery)), ensure_ascii=False).encode()
    url, secret, key = delivery.content["url"], _secret(delivery), str(delivery.pk)
    return lambda: _post(url, body, secret, key)


def _secret(delivery: Delivery) -> str:
    try:
        return unseal(delivery.content["secret"])
    except Problem:
        raise Problem("secret_lost") from None


def told(report: Report, link: str) -> dict:
    return {
        "event": "report.ready",
        "report": str(report.pk),
        "title": report.title,
        "requested_at": report.requested_at.isoformat(),
        "finished_at": report.finished_at.isoformat(),
        "pages": report.pages,
        "rows": report.rows,
        "bytes": report.bytes,
        "sha256": report.sha256,
        "verdict": report.verdict and {name: report.verdict[name] for name in ("standard", "conforms")},
        "link": link,
    }


def _post(url: str, body: bytes, secret: str, key: str) -> str:
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Prelo-Timestamp": moment,
        "Prelo-Signature": "v1=" + signature(secret, moment, body),
    }
    with ask("POST", url, headers=headers, body=body, limits=LIMITS) as answer:
        words = f"{answer.status} {_beginning(answer)}".strip()
    if 200 <= answer.status < 300:
        return words
    later = answer.status >= 500 or answer.status in LATER
    raise Problem("webhook_deferred" if later else "webhook_refused", answer=words)


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 over `<seconds since 1970>.<body>`, in hexadecimal digits."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, "sha256").hexdigest()


def _beginning(answer: Answer) -> str:
    """The status is an answer, whatever becomes of the rest."""
    found = b""
    with suppress(Problem):
        for chunk in answer.chunks():
            found += chunk
            if len(found) >= KEPT_BYTES:
                break
    return found[:KEPT_BYTES].decode(errors="replace")
