"""Sanctions: the parties that must not be paid, as a published list names them."""

from dataclasses import dataclass
from datetime import date

from app.documents.normal import name_key
from app.registers.register import REGISTERS, Register


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionedParty:
    """A listed company or person; `owner_of` names companies it owns or runs."""

    name: str
    list: str
    listed_on: date | None = None
    aliases: tuple[str, ...] = ()
    owner_of: tuple[str, ...] = ()
    vat_id: str | None = None
    legal_id: str | None = None


SANCTIONS = REGISTERS.add(
    "sanctions",
    Register(
        code="sanctions",
        title="sanctions list",
        entry=SanctionedParty,
        key=lambda party: f"{party.list} {name_key(party.name) or party.name}",
        holds="Parties that must not be paid, with the list that names them and its day.",
    ),
)
