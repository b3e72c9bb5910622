"""The cheap exact keys under which documents are found, so that a voucher is put together by look-ups alone."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import literal, or_, select, tuple_

from app.documents.document import Document
from app.documents.kinds import BILLING
from app.documents.normal import name_key, number_key, tax_key
from app.storage.database import AnySession
from app.storage.tables import DOCUMENT_KEY

#: The longest key that is stored; longer ones are cut (and compared again on the documents themselves).
_KEY_LENGTH = 200

Key = tuple[str, str]


def supplier_key(document: Document) -> str | None:
    """The supplier by its VAT id where there is one, else by its name without legal form."""
    return tax_key(document.supplier.vat_id) or name_key(document.supplier.name)


def keys_of(document: Document) -> set[Key]:
    """The cheap exact keys under which a document is found.

    `order`, `quote`, `contract`, `slip`, `receipt`: the number of that document, under which it and all
    that name it are filed; `number`: a bill's number; `amount`: supplier and sum of a bill; `license`: a
    sealed key or entitlement id; `supplier`: an order's supplier, for papers that name no order, which
    are filed under `unordered`.
    """
    refs, own = document.references, number_key(document.number)
    found: list[tuple[str, str | None]] = [
        ("order", number_key(refs.purchase_order)),
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
    return {(kind, key[:_KEY_LENGTH]) for kind, key in found if key}


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
