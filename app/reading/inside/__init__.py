"""What is inside a mail or an archive: each file with its name and bytes, and what became of those not taken."""

from app.reading.inside.unpack import Inner, Unpacked, holds_files, unpack

__all__ = ["Inner", "Unpacked", "holds_files", "unpack"]
