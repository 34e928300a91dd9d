"""How static files are collected: named by their hash, so that browsers may keep them for ever."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Compressed with gzip alone: brotli would make a first start several seconds longer to save a few kilobytes."""

    def create_compressor(self, **kwargs) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
