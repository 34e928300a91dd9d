"""A language is a folder in `locale/`."""

from django.conf import settings

from portal.languages import spoken


def test_the_portal_speaks_english_and_what_it_has_translations_into(tmp_path):
    assert spoken(tmp_path) == [("en", "English")]
    for name in ("pt_BR", "es", "pl"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "django.po").touch()
    assert spoken(tmp_path) == [("en", "English"), ("es", "Español"), ("pl", "Polski"), ("pt-br", "Português (Brasil)")]
    assert dict(settings.LANGUAGES)["pt-br"] == "Português (Brasil)"
