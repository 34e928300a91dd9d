"""One attempt to deliver a report: claim the delivery, send, keep the answer.

Unlike the steps that make a report, it makes no files, and what it does cannot be undone.  So between the receiver's
answer and the row that has it there is nothing but the way from the fork to here.
"""

import logging

from django.conf import settings
from django.db import connection

from portal import logs
from reports import releases, sandbox
from reports.delivery import email, folder, webhook
from reports.models import Delivery, Report, State
from reports.models.delivery import Channel
from reports.models.person import name_of
from reports.pipeline.step import DATABASE_GONE, advance, outcome_of, renew
from reports.problems import Problem

logger = logging.getLogger(__name__)

# Channel -> what prepares a delivery here, and returns what sends it in the fork.
PREPARE = {
    Channel.EMAIL: email.report_to_send,
    Channel.NOTICE: email.notice_to_send,
    Channel.WEBHOOK: webhook.report_to_send,
    Channel.FOLDER: folder.report_to_send,
}
# Problems that may pass by themselves.
PASSING = {
    *("mail_deferred", "webhook_deferred", "receiver_silent", "receiver_slow", "too_large", "crashed", "storage"),
    *("http_name", "http_unreachable", "http_time", "http_total", "http_broken"),
}


def deliver(delivery_id: str, epoch: int) -> str:
    """Returns the outcome in a word, for the log; never raises."""
    with logs.about(delivery=str(delivery_id), epoch=epoch):
        try:
            outcome = _claim_and_send(delivery_id, epoch)
        except DATABASE_GONE:
            logger.exception("The database did not answer")
            connection.close()
            outcome = "left to its lease"
        logger.info("The attempt ended: %s", outcome)
        return outcome


def _claim_and_send(delivery_id: str, epoch: int) -> str:
    if releases.is_outdated():
        return "left to a newer release"
    delivery = Delivery.objects.claim(delivery_id, epoch, "deliver")
    if delivery is None:
        return "refused"
    logs.also(**delivery.in_logs)
    return outcome_of(delivery, _send_and_advance, _settle)


def _send_and_advance(delivery: Delivery) -> str:
    if delivery.channel == Channel.NOTICE and not Report.objects.awaited().filter(pk=delivery.report_id).exists():
        delivery.cancel()
        return "overtaken"
    answer = _send(delivery)
    return State.READY if advance(delivery, {"answer": answer}, "") else "fenced"


def _send(delivery: Delivery) -> str:
    if delivery.channel != Channel.NOTICE:
        delivery.source()
        _refuse_lost_sender(delivery)
    send = PREPARE[delivery.channel](delivery)
    connection.close()  # the fork must not inherit it
    try:
        facts = sandbox.run(
            lambda progress: {"answer": send()},
            seconds=delivery.most_seconds,
            megabytes=settings.STEP_MEMORY_MB,
            on_tick=lambda progress: renew(delivery, progress),
        )
    except Problem as problem:
        if problem.code == "too_slow":
            raise Problem("receiver_slow", **problem.params) from None
        raise
    return facts["answer"]


def _refuse_lost_sender(delivery: Delivery) -> None:
    """Raises Problem when who sent it may not read the report any more."""
    owner = delivery.owner
    if not owner.is_active or not Report.objects.visible_to(owner).filter(pk=delivery.report_id).exists():
        raise Problem("sender_lost", name=name_of(owner))


def _settle(delivery: Delivery, problem: Problem) -> str:
    answers = delivery.told(problem.params.get("answer") or problem.params.get("reason") or "")
    if problem.code in PASSING and delivery.may_try_again:
        return State.RETRY_WAIT if delivery.retry_later(problem, delivery.pause, answers=answers) else "fenced"
    return State.FAILED if delivery.fail(problem, answers=answers) else "fenced"
