"""The one step of a logo: a picture that somebody brought is checked and made anew."""

from pathlib import Path

from PIL import Image, ImageFile, ImageOps

from reports.kinds.document import LOGO_DRAWING, LOGO_PICTURE
from reports.pipeline import svg
from reports.problems import Problem
from reports.sandbox import Reporter

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
# Print shows it 70 by 16 mm at most: 500 dots to the inch.
SIZE = (1400, 320)


def draw(source: Path, folder: Path, progress: Reporter) -> dict:
    """Write `folder/logo.svg` or `folder/logo.png`; returns {}.  Raises Problem."""
    if source.stat().st_size > MOST_BYTES:
        raise Problem("logo_bytes", limit=MOST_BYTES // 1024**2)
    with source.open("rb") as file:
        start = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        (folder / LOGO_DRAWING).write_bytes(svg.cleaned(source.read_bytes()))
    else:
        _picture(source).save(folder / LOGO_PICTURE, optimize=True)
    return {}


def _picture(source: Path) -> Image.Image:
    """The pixels and nothing else: what a file may say of cameras, places and colours of screens stays behind."""
    # WeasyPrint would rather have half a picture than none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(source, formats=FORMATS) as image:  # reads the header only
            _check(image)
            image.load()
            upright = ImageOps.exif_transpose(image)
            clean = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except Image.UnidentifiedImageError:
        raise Problem("logo_not_a_picture") from None
    except Image.DecompressionBombError:
        raise Problem("logo_pixels_unsaid", most=MOST_PIXELS // 1_000_000) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Problem("logo_damaged") from None
    clean.thumbnail(SIZE, Image.Resampling.LANCZOS)
    clean.info.clear()
    return clean


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Problem("logo_pixels", width=width, height=height, most=MOST_PIXELS // 1_000_000)
    if getattr(image, "is_animated", False):
        raise Problem("logo_animated")
