"""Work items: the projects and tickets that services are billed for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.documents.normal import number_key
from app.registers.register import REGISTERS, Register


class WorkKind(StrEnum):
    """What sort of work item it is."""

    PROJECT = "project"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A project or ticket: who approved the work, and when it was closed and opened again."""

    number: str
    kind: WorkKind = WorkKind.TICKET
    title: str | None = None
    vendor: str | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    closed_on: date | None = None
    reopened_on: date | None = None


WORK_ITEMS = REGISTERS.add(
    "work_items",
    Register(
        code="work_items",
        title="list of approved work",
        entry=WorkItem,
        key=lambda item: f"{item.kind} {number_key(item.number) or item.number}",
        holds="Projects and tickets, whether they are approved, and when they were closed or opened again.",
    ),
)
