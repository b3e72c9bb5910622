"""The sandbox of a process and what checks e-invoices, within the limits that the settings give."""

from app.reading.sandbox import Limits, Sandbox
from app.reading.schematron.checker import Checker, CheckingReader
from app.settings import Settings


def sandbox(settings: Settings) -> Sandbox:
    """The processes that documents are read and drawn in; they start when the first is."""
    limits = Limits(seconds=settings.reading_seconds, memory=settings.reading_memory, pages=settings.reading_pages)
    scan = Limits(seconds=settings.ocr_seconds, memory=settings.ocr_memory)
    return Sandbox(limits=limits, scan=scan, readers=settings.readers)


def checking(readers: Sandbox, settings: Settings) -> CheckingReader:
    """The sandbox with the rules of e-invoices; their process starts with the first e-invoice."""
    limits = Limits(seconds=settings.reading_seconds, memory=settings.reading_memory)
    return CheckingReader(readers, Checker(limits=limits))
