"""The language that a PDF speaks."""

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.models import Report


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of the PDF"), choices=settings.LANGUAGES)


def language_of(data: Mapping, like: Report | None = None) -> str:
    """What was chosen; else that of the report that is copied; else that of the page."""
    languages = dict(settings.LANGUAGES)
    asked = (data.get("language"), like and like.language, get_language())
    return next(language for language in asked if language in languages)
