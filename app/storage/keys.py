"""The cheap exact keys under which documents are found, so that a voucher is put together by look-ups alone."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, literal, or_, select, tuple_

from app.documents import canonical
from app.documents.document import Document, Line
from app.documents.kinds import BILLING
from app.documents.normal import name_key, number_key, tax_key
from app.linking.shelf import order_numbers, weak_key
from app.linking.similarity import names_of
from app.storage.database import AnySession, Database, WriteSession
from app.storage.tables import DOCUMENT, DOCUMENT_KEY

#: The longest key that is stored; longer ones are cut (and compared again on the documents themselves).
_KEY_LENGTH = 200
_BATCH = 500

Key = tuple[str, str]


def supplier_key(document: Document) -> str | None:
    """The supplier by its VAT id where there is one, else by its name without legal form."""
    return tax_key(document.supplier.vat_id) or name_key(document.supplier.name)


def keys_of(document: Document) -> set[Key]:
    """The cheap exact keys under which a document is found.

    `order`, `quote`, `contract`, `slip`, `receipt`: the number of that document, under which it and all
    that name it are filed; `number`: a bill's number; `amount`: supplier and sum of a bill; `license`: a
    sealed key or entitlement id; `supplier`: an order's supplier, for papers that name no order, which
    are filed under `unordered`; `weak`: an order's number without the word in front of it.

    Wider circles, of which only the newest are looked at: `seller`: who bills, or sends a license receipt;
    `account`: where a bill is to be paid to; `bought`: who buys by an offer, an order or a bill; `item`: what
    names a line of an offer or order; `product`: the software of a bill, order or license receipt; `ticket`:
    the work that a bill is for.
    """
    refs, own = document.references, number_key(document.number)
    found: list[tuple[str, str | None]] = [
        ("order", number_key(refs.purchase_order)),
        *(("weak", weak_key(number)) for number in order_numbers(document)),
        ("quote", number_key(refs.quote)),
        ("contract", number_key(refs.contract)),
        ("slip", number_key(refs.despatch_advice)),
        ("receipt", number_key(refs.receiving_advice)),
        ("number", number_key(refs.preceding_invoice)),
        *(("order", number_key(line.purchase_order)) for line in document.lines),
        *(("slip", number_key(line.despatch_advice)) for line in document.lines),
        *(("receipt", number_key(line.receiving_advice)) for line in document.lines),
    ]
    own_type = {
        "purchase_order": "order",
        "quote": "quote",
        "contract": "contract",
        "packing_slip": "slip",
        "goods_receipt": "receipt",
        "invoice": "number",
        "credit_note": "number",
    }.get(document.kind)
    if own_type:
        found.append((own_type, own))
    if own_type == "order":
        found.append(("weak", weak_key(document.number)))
    vendors = {tax_key(document.supplier.vat_id), name_key(document.supplier.name)}
    if document.kind in BILLING and document.totals.gross is not None:
        found += [("amount", f"{vendor}|{abs(document.totals.gross).normalize():f}") for vendor in vendors if vendor]
    if document.kind in {"purchase_order", "quote", "contract"}:
        found += [("supplier", vendor) for vendor in vendors]
    elif not any(kind == "order" and key for kind, key in found):
        found += [("unordered", vendor) for vendor in vendors]
    for line in document.lines:
        if line.license:
            found += [("license", key.rpartition(":")[0]) for key in line.license.keys]
            found += [("license", number_key(entry)) for entry in line.license.entitlement_ids]
    found += _wider(document, vendors)
    return {(kind, key[:_KEY_LENGTH]) for kind, key in found if key}


def _wider(document: Document, vendors: Collection[str | None]) -> list[tuple[str, str | None]]:
    kind, found = document.kind, list[tuple[str, str | None]]()
    if kind in BILLING or kind == "license_receipt":
        found += [("seller", vendor) for vendor in vendors]
    if kind in BILLING:
        found.append(("account", tax_key(document.supplier.iban)))
        found += [("ticket", number_key(line.ticket)) for line in document.lines]
    if kind in {"quote", "purchase_order", "invoice"}:
        found += [("bought", key) for key in (tax_key(document.buyer.vat_id), name_key(document.buyer.name))]
    if kind in {"quote", "purchase_order"}:
        found += [("item", name) for line in document.lines for name in names_of(line)]
    if kind in BILLING or kind in {"purchase_order", "license_receipt"}:
        found += [("product", _product(line)) for line in document.lines]
    return found


def _product(line: Line) -> str | None:
    """The software that a line is about, where it says that it is software."""
    if line.license is None:
        return None
    return name_key(line.license.product or line.description)


def file_under(session: WriteSession, *, tenant: str, identifier: str, document: Document) -> None:
    """File a document under its keys, and no others."""
    session.execute(delete(DOCUMENT_KEY).where(DOCUMENT_KEY.c.tenant == tenant, DOCUMENT_KEY.c.document == identifier))
    rows = [{"tenant": tenant, "type": t, "key": k, "document": identifier} for t, k in sorted(keys_of(document))]
    if rows:
        session.execute(insert(DOCUMENT_KEY), rows)


def file_anew(database: Database) -> None:
    """File every document of every tenant under the keys that this release knows, some in each transaction."""
    tenant, identifier = "", ""
    while True:
        with database.begin() as session:
            rows = session.execute(
                select(DOCUMENT.c.tenant, DOCUMENT.c.id, DOCUMENT.c.body)
                .where(
                    DOCUMENT.c.body.is_not(None),
                    or_(DOCUMENT.c.tenant > tenant, (DOCUMENT.c.tenant == tenant) & (DOCUMENT.c.id > identifier)),
                )
                .order_by(DOCUMENT.c.tenant, DOCUMENT.c.id)
                .limit(_BATCH)
            ).all()
            for row in rows:
                file_under(session, tenant=row.tenant, identifier=row.id, document=canonical.read(row.body))
        if len(rows) < _BATCH:
            return
        tenant, identifier = rows[-1].tenant, rows[-1].id


def newest(
    session: AnySession,
    *,
    tenant: str,
    under: str,
    keys: Collection[str],
    kinds: Collection[str],
    most: int,
    before: int | None = None,
) -> list[str]:
    """The documents of these kinds under any of the keys of one type that arrived last, at most so many.

    `before` is the sequence that they must have arrived before.
    """
    found: dict[str, int] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 200):
        # From the keys to the documents: through all documents of a kind the way would be longer each day.
        filed = (
            select(DOCUMENT_KEY.c.document)
            .where(
                DOCUMENT_KEY.c.tenant == tenant,
                DOCUMENT_KEY.c.type == under,
                DOCUMENT_KEY.c.key.in_(wanted[start : start + 200]),
            )
            .distinct()
            .cte("filed")
            .prefix_with("MATERIALIZED")
        )
        query = (
            select(DOCUMENT.c.id, DOCUMENT.c.sequence)
            .join(filed, filed.c.document == DOCUMENT.c.id)
            .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.kind.in_(sorted(kinds)), DOCUMENT.c.fate.is_(None))
            .order_by(DOCUMENT.c.sequence.desc())
            .limit(most)
        )
        if before is not None:
            query = query.where(DOCUMENT.c.sequence < before)
        found.update((row.id, row.sequence) for row in session.execute(query))
    return sorted(found, key=lambda identifier: -found[identifier])[:most]


def sharing(session: AnySession, *, tenant: str, keys: Collection[Key]) -> set[str]:
    """The documents filed under any of the keys."""
    found: set[str] = set()
    wanted = sorted(keys)
    for start in range(0, len(wanted), 200):
        part = wanted[start : start + 200]
        found.update(
            session.execute(
                select(DOCUMENT_KEY.c.document).where(
                    DOCUMENT_KEY.c.tenant == tenant,
                    or_(*(_is(key) for key in part))
                    if len(part) == 1
                    else tuple_(DOCUMENT_KEY.c.type, DOCUMENT_KEY.c.key).in_([tuple(key) for key in part]),
                )
            ).scalars()
        )
    return found


def _is(key: Key) -> Any:
    return (DOCUMENT_KEY.c.type == literal(key[0])) & (DOCUMENT_KEY.c.key == literal(key[1]))


def keys_on_file(session: AnySession, *, tenant: str, identifiers: Collection[str]) -> set[Key]:
    """The keys of documents on file."""
    found: set[Key] = set()
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(DOCUMENT_KEY.c.type, DOCUMENT_KEY.c.key).where(
                DOCUMENT_KEY.c.tenant == tenant, DOCUMENT_KEY.c.document.in_(wanted[start : start + 500])
            )
        )
        found.update((row.type, row.key) for row in rows)
    return found


def sequence_of(session: AnySession, *, tenant: str, identifier: str) -> int | None:
    """The place of a document in the order of arrival."""
    query = select(DOCUMENT.c.sequence).where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)
    found: int | None = session.execute(query).scalar()
    return found


def of_kinds(session: AnySession, *, tenant: str, identifiers: Collection[str], kinds: Collection[str]) -> set[str]:
    """Those of the documents that are of these kinds."""
    found: set[str] = set()
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), 500):
        query = select(DOCUMENT.c.id).where(
            DOCUMENT.c.tenant == tenant,
            DOCUMENT.c.id.in_(wanted[start : start + 500]),
            DOCUMENT.c.kind.in_(sorted(kinds)),
        )
        found.update(session.execute(query).scalars())
    return found
