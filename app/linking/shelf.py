"""The documents on file, sorted once: by kind, by number, by what they refer to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.documents.document import Document
from app.documents.kinds import BILLING
from app.documents.normal import number_key, without_zeros
from app.linking.filed import Filed, Standing
from app.linking.parties import Sameness, same_seller
from app.linking.similarity import names_of

_LIVE = frozenset({Standing.PENDING, Standing.PAID})
_ORDER_WORDS = ("PURCHASEORDER", "BESTELLUNG", "BESTELLNR", "ORDER", "PONO", "PONR", "PO", "BE", "NO", "NR")


def weak_key(number: str | None) -> str | None:
    """An order number without the word in front of it and without leading zeros: a weaker key."""
    key = number_key(number)
    if key is None:
        return None
    for word in _ORDER_WORDS:
        if key.startswith(word) and any(sign.isdigit() for sign in key[len(word) :]):
            key = key[len(word) :]
            break
    return without_zeros(key) or None


def is_live(filed: Filed) -> bool:
    """Whether a billing document counts: neither void, rejected, duplicate nor unread."""
    return filed.standing in _LIVE and filed.unread is None


def order_numbers(document: Document) -> tuple[str, ...]:
    """The order numbers that the document names, as printed, each once."""
    named = [document.references.purchase_order, *(line.purchase_order for line in document.lines)]
    seen: dict[str, str] = {}
    for number in named:
        key = number_key(number)
        if key is not None and number is not None:
            seen.setdefault(key, number)
    return tuple(seen.values())


@dataclass(frozen=True)
class Shelf:
    """The documents that may concern one invoice, in the order of their arrival, the invoice itself left out."""

    invoice: Filed
    files: tuple[Filed, ...]
    name_similarity: int
    _by_kind: Mapping[str, Sequence[Filed]] = field(default_factory=dict)

    @classmethod
    def of(cls, invoice: Filed, on_file: Iterable[Filed], *, name_similarity: int) -> "Shelf":
        """Sort what is on file; documents that could not be read back nothing."""
        others = {entry.id: entry for entry in on_file if entry.id != invoice.id and entry.unread is None}
        files = tuple(sorted(others.values(), key=lambda entry: (entry.sequence, entry.id)))
        by_kind: dict[str, list[Filed]] = {}
        for entry in files:
            by_kind.setdefault(entry.document.kind, []).append(entry)
        return cls(invoice=invoice, files=files, name_similarity=name_similarity, _by_kind=by_kind)

    def of_kind(self, kind: str) -> Sequence[Filed]:
        """All documents of one kind."""
        return self._by_kind.get(kind, ())

    @cached_property
    def billing(self) -> tuple[Filed, ...]:
        """Invoices and credit notes, in the order of arrival."""
        return tuple(entry for entry in self.files if entry.document.kind in BILLING)

    @cached_property
    def orders(self) -> tuple[tuple[Filed, ...], ...]:
        """The orders, each with its versions from the oldest to the newest."""
        versions: dict[tuple[str, str], list[Filed]] = {}
        for entry in self.of_kind("purchase_order"):
            number = number_key(entry.document.number) or entry.id
            buyer = number_key(entry.document.buyer.vat_id) or ""
            versions.setdefault((number, buyer), []).append(entry)
        return tuple(tuple(sorted(group, key=_version)) for group in versions.values())

    def in_force(self, versions: Sequence[Filed]) -> Filed:
        """The version that held when the invoice arrived: the last one before it or, failing that, the first."""
        arrived = self.invoice.arrived_at.date()
        before = [
            entry
            for entry in versions
            if entry.sequence < self.invoice.sequence
            or (
                _dated(entry) is not None
                and (_dated(entry) or date.max) <= arrived
                and not _approved_later(entry, self)
            )
        ]
        return before[-1] if before else versions[0]

    @cached_property
    def orders_in_force(self) -> tuple[Filed, ...]:
        """Each order in the version that held when the invoice arrived."""
        return tuple(self.in_force(versions) for versions in self.orders)

    @cached_property
    def orders_by_name(self) -> Mapping[str, Sequence[Filed]]:
        """The orders in force by what their lines are named: item numbers and words."""
        index: dict[str, dict[str, Filed]] = {}
        for order in self.orders_in_force:
            for line in order.document.lines:
                for name in names_of(line):
                    index.setdefault(name, {})[order.id] = order
        return {name: tuple(found.values()) for name, found in index.items()}

    @cached_property
    def _orders_by_key(self) -> tuple[dict[str, list[Filed]], dict[str, list[Filed]]]:
        strong: dict[str, list[Filed]] = {}
        weak: dict[str, list[Filed]] = {}
        for entry in self.orders_in_force:
            key, loose = number_key(entry.document.number), weak_key(entry.document.number)
            if key:
                strong.setdefault(key, []).append(entry)
            if loose:
                weak.setdefault(loose, []).append(entry)
        return strong, weak

    def orders_numbered(self, number: str, by: Document) -> tuple[Filed, ...]:
        """The orders of that number, those of the document's own supplier first to be believed.

        The number as it stands comes first; without the word in front and leading zeros only where
        it does not stand so anywhere, and then only with the same supplier.
        """
        strong, weak = self._orders_by_key
        found = strong.get(number_key(number) or "", [])
        if found:
            own = [entry for entry in found if self.same_supplier(entry.document, by) is Sameness.SAME]
            return tuple(own or found)
        loose = weak.get(weak_key(number) or "", [])
        return tuple(entry for entry in loose if self.same_supplier(entry.document, by) is not Sameness.DIFFERENT)

    def same_supplier(self, left: Document, right: Document) -> Sameness:
        """Whether two documents name one supplier."""
        return same_seller(left, right, least=self.name_similarity)


def _version(entry: Filed) -> tuple[int, str, int]:
    version = entry.document.version or "0"
    return (int(version) if version.isascii() and version.isdigit() else 0, version, entry.sequence)


def _dated(entry: Filed) -> date | None:
    document = entry.document
    moment = document.approved_at or document.created_at
    return moment.date() if moment else document.issue_date


def _approved_later(entry: Filed, shelf: Shelf) -> bool:
    approved = entry.document.approved_at
    return approved is not None and approved > shelf.invoice.arrived_at
