"""Definitions: make one, change it, and say what its reports are asked for with.

Each change is a new version.  Whoever changes a definition says which version they began from: when that is not the
newest any more, somebody else was faster, and nothing is overwritten.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from reports.kinds.parameters import ParametersForm, answers_from, asked_in
from reports.kinds.registry import KINDS
from reports.models import Dataset, Definition, DefinitionVersion
from reports.problems import Problem

# What a definition shows of its newest version, in lists that are sorted and searched.
OWN = ("name", "description", "folder")

logger = logging.getLogger(__name__)


class NameTakenError(Exception):
    """The owner has another definition of this name."""


class OvertakenError(Exception):
    """Somebody else has made a newer version meanwhile."""


@dataclass(frozen=True)
class Content:
    """What a version holds.  columns: [{"name", "type"}] that the options name."""

    name: str
    kind: str
    dataset: Dataset | None
    dataset_name: str
    options: dict
    columns: list[dict] = field(default_factory=list)
    description: str = ""
    folder: str = ""

    @property
    def fields(self) -> dict:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def content_of(version: DefinitionVersion) -> Content:
    return Content(**{name: getattr(version, name) for name in Content.__dataclass_fields__})


def define(owner: AbstractBaseUser, content: Content) -> Definition:
    """A new definition with its first version.  Raises NameTakenError."""
    try:
        with transaction.atomic():
            definition = Definition.objects.create(owner=owner, **_own(content))
            _add_version(definition, content, owner, 1, "")
    except IntegrityError:
        raise NameTakenError from None
    return definition


def revise(
    definition: Definition, content: Content, author: AbstractBaseUser, *, began: int, note: str = ""
) -> DefinitionVersion:
    """A new version; the newest one where nothing differs from it.

    `began` is the number of the version that the author saw.  Raises OvertakenError, NameTakenError, and
    Definition.DoesNotExist when it has been deleted meanwhile.
    """
    try:
        with transaction.atomic():
            definition = Definition.objects.select_for_update().get(pk=definition.pk)
            newest = definition.versions.select_related("dataset")[0]
            if newest.number != began:
                raise OvertakenError
            if content_of(newest) == content:
                return newest
            Definition.objects.filter(pk=definition.pk).update(**_own(content))
            return _add_version(definition, content, author, newest.number + 1, note)
    except IntegrityError:
        raise NameTakenError from None


def restore(
    definition: Definition, version: DefinitionVersion, author: AbstractBaseUser, note: str
) -> DefinitionVersion:
    """A new version like an old one; the name, by which people know the definition, stays."""
    newest = definition.versions.all()[0]
    content = replace(content_of(version), name=newest.name)
    return revise(definition, content, author, began=newest.number, note=note)


def _own(content: Content) -> dict:
    return {name: getattr(content, name) for name in OWN}


def _add_version(
    definition: Definition, content: Content, author: AbstractBaseUser, number: int, note: str
) -> DefinitionVersion:
    version = DefinitionVersion.objects.create(
        definition=definition, number=number, author=author, note=note, **content.fields
    )
    Definition.objects.filter(pk=definition.pk).update(current=version)
    definition.current = version
    logger.info("Version %s of definition %s", number, definition.pk)
    return version


def trouble_of(definition: Definition) -> Problem | None:
    """Why no report can be made from it, if none can.  It comes of `with_data`."""
    version = definition.current
    if version.kind not in KINDS:
        return Problem("definition_kind", kind=version.kind)
    if version.dataset is None or not definition.may_print:
        return Problem("definition_no_data", dataset=version.dataset_name)
    if version.dataset.current is None:
        return Problem("definition_unread", dataset=version.dataset.name)
    return version.lost.problem(version.dataset.name) if version.lost else None


def form_of(
    version: DefinitionVersion, data: Mapping | None = None, *, answers: list[dict] | None = None
) -> ParametersForm:
    """The questions of a definition without `trouble_of`; `answers` were given before."""
    columns = version.dataset.current.typed_columns
    return ParametersForm(data, options=version.options, columns=columns, answers=answers or ())


def form_answered(version: DefinitionVersion, texts: Mapping[str, str]) -> ParametersForm:
    """The same with {label: text} as somebody typed it, or a schedule keeps it.  Raises Problem `unknown_option`."""
    return form_of(version, answers_from(form_of(version), texts))


def form_kept(version: DefinitionVersion, answers: list[dict]) -> ParametersForm:
    """The same with what was answered before, as a schedule keeps it: a question that is new has its default.

    Raises Problem `schedule_questions` when one that was answered is not asked any more, or otherwise.
    """
    asked = {item["asked"]: (item["column"], item["test"]) for item in asked_in(version.options)}
    lost = [item["label"] for item in answers if asked.get(item["label"]) != (item["column"], item["test"])]
    if lost:
        raise Problem("schedule_questions", definition=version.name, labels=", ".join(lost))
    return form_of(version, answers_from(form_of(version, answers=answers), {}))


def wanted_from(
    version: DefinitionVersion, owner: AbstractBaseUser, form: ParametersForm, *, language: str, password: str = ""
) -> dict:
    """The arguments of `request_report` for a valid form of a version, of a definition without `trouble_of`."""
    return {
        "owner": owner,
        "kind": version.kind,
        "snapshot": version.dataset.current,
        "options": form.options(),
        "title": version.title,
        "language": language,
        "password": password,
        "version": version,
    }
