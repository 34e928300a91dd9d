"""The chain: thin tasks, in order.  Their arguments are an id and an epoch, never data.  Then letters to people."""

from functools import partial

from celery import shared_task
from celery.signals import worker_init, worker_process_init, worker_shutting_down

from reports import vega
from reports.delivery import letters
from reports.models import Burst, BurstPart, Description, Export, Logo, Report, Snapshot, Validation
from reports.pipeline import (
    burst,
    deliver,
    describe,
    export,
    gather,
    logo,
    read,
    render,
    step,
    validate,
    warm_up,
    write_pdf,
)
from reports.pipeline.spec import spec_of
from reports.sealed import unseal

# Step -> what it does with a job (see `step.perform`).
WORK = {
    "read": read.reading_of,
    "gather": lambda report: partial(gather.gather, spec_of(report)),
    "render": lambda report: partial(render.render, spec_of(report)),
    "write_pdf": lambda report: partial(write_pdf.write_pdf, spec_of(report), password=unseal(report.password)),
    "validate": lambda validation: partial(validate.validate, str(validation.report_id), validation.standard),
    "export": lambda job: partial(export.export, spec_of(job.report), job.format),
    "draw": lambda job: logo.draw,
    "describe": describe.description_of,
    "split": burst.splitting_of,
    "print": burst.printing_of,
}


@shared_task(name="reports.read")
def read_file(snapshot_id: str, epoch: int) -> str:
    return step.perform(Snapshot, snapshot_id, epoch, "read", WORK["read"])


@shared_task(name="reports.gather")
def gather_data(report_id: str, epoch: int) -> str:
    return step.perform(Report, report_id, epoch, "gather", WORK["gather"])


@shared_task(name="reports.render")
def render_html(report_id: str, epoch: int) -> str:
    return step.perform(Report, report_id, epoch, "render", WORK["render"])


@shared_task(name="reports.write_pdf")
def write_pdf_file(report_id: str, epoch: int) -> str:
    return step.perform(Report, report_id, epoch, "write_pdf", WORK["write_pdf"])


@shared_task(name="reports.validate")
def validate_pdf(validation_id: str, epoch: int) -> str:
    return step.perform(Validation, validation_id, epoch, "validate", WORK["validate"])


@shared_task(name="reports.export")
def export_data(export_id: str, epoch: int) -> str:
    return step.perform(Export, export_id, epoch, "export", WORK["export"])


@shared_task(name="reports.draw")
def draw_logo(logo_id: str, epoch: int) -> str:
    return step.perform(Logo, logo_id, epoch, "draw", WORK["draw"])


@shared_task(name="reports.describe")
def describe_snapshot(description_id: str, epoch: int) -> str:
    return step.perform(Description, description_id, epoch, "describe", WORK["describe"])


@shared_task(name="reports.split")
def split_rows(burst_id: str, epoch: int) -> str:
    return step.perform(Burst, burst_id, epoch, "split", WORK["split"])


@shared_task(name="reports.print")
def print_part(part_id: str, epoch: int) -> str:
    return step.perform(BurstPart, part_id, epoch, "print", WORK["print"])


@shared_task(name="reports.deliver")
def deliver_report(delivery_id: str, epoch: int) -> str:
    return deliver.deliver(delivery_id, epoch)


# Step -> the task that does it.
TASKS = {
    "read": read_file,
    "gather": gather_data,
    "render": render_html,
    "write_pdf": write_pdf_file,
    "validate": validate_pdf,
    "export": export_data,
    "draw": draw_logo,
    "describe": describe_snapshot,
    "deliver": deliver_report,
    "split": split_rows,
    "print": print_part,
}


# A mail server that does not take a message is asked again: after 10 seconds, 20, 40 ..., for half an hour or so.
POST = {"autoretry_for": (OSError,), "retry_backoff": 10, "max_retries": 8, "ignore_result": True}


@shared_task(name="reports.send_invitation", **POST)
def send_invitation(invitation_id: str, portal: str, language: str) -> None:
    letters.invitation(invitation_id, portal, language)


@shared_task(name="reports.send_password_reset", **POST)
def send_password_reset(address: str, portal: str, language: str) -> None:
    letters.password_reset(address, portal, language)


@shared_task(name="reports.send_schedule_paused", **POST)
def send_schedule_paused(schedule_id: str, portal: str) -> None:
    letters.schedule_paused(schedule_id, portal)


@shared_task(name="reports.send_dataset_held", **POST)
def send_dataset_held(dataset_id: str, portal: str) -> None:
    letters.dataset_held(dataset_id, portal)


@worker_init.connect
def prepare(**_):
    """What every pool child needs is loaded once, before the children are forked."""
    vega.start()
    warm_up.warm_up()


@worker_process_init.connect
def freeze(**_):
    warm_up.freeze()


@worker_shutting_down.connect
def hand_back_soon(**_):
    step.ask_to_stop()
