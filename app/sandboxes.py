"""The sandbox of a process, within the limits that the settings give."""

from app.reading.sandbox import Limits, Sandbox
from app.settings import Settings


def sandbox(settings: Settings) -> Sandbox:
    """The processes that documents are read and drawn in; they start when the first is."""
    limits = Limits(seconds=settings.reading_seconds, memory=settings.reading_memory)
    scan = Limits(seconds=settings.ocr_seconds, memory=settings.ocr_memory)
    return Sandbox(limits=limits, scan=scan, readers=settings.readers)
