"""A password for a PDF."""

from pathlib import Path

import pikepdf


def encrypt(pdf: Path, password: str) -> None:
    """Encrypt a PDF with AES-256 (PDF 2.0's revision 6): it opens with the password, and is then nobody's to restrict.

    Programs that read aloud may always get at its text.  Encrypting twice gives different bytes.
    """
    encrypted = pdf.with_suffix(".encrypted")
    with pikepdf.open(pdf) as document:
        document.save(encrypted, encryption=pikepdf.Encryption(user=password, owner=password, R=6))
    encrypted.replace(pdf)
