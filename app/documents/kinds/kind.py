"""What there is to say of a kind of document."""

from dataclasses import dataclass
from enum import StrEnum

from app.registry import Registry


class Role(StrEnum):
    """What a document does in a purchase."""

    OFFER = "offer"
    AGREEMENT = "agreement"
    DELIVERY = "delivery"
    BILLING = "billing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of document.

    Attributes:
        code: the `kind` in canonical JSON.
        title: what a person calls it.
        plural: and several of them.
        role: what it does in a purchase.
        needs: head fields without which it says too little (JSON pointers).
        line_needs: the same for each of its lines.
        sign: +1 where its amounts are owed to the supplier, −1 where the supplier owes them, 0 where nobody does.
        prefix: the prefix of its identifiers.
    """

    code: str
    title: str
    plural: str
    role: Role
    needs: tuple[str, ...]
    line_needs: tuple[str, ...]
    sign: int = 0
    prefix: str = "doc"


KINDS: Registry[Kind] = Registry("kind of document")
