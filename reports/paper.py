"""The sheets that documents are printed on."""

from django.utils.translation import gettext_lazy as _

# As CSS calls them -> width and height in points.
SIZES = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
NAMES = {"A4": _("A4"), "Letter": _("US Letter")}
USUAL = "A4"
