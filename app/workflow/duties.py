"""Duties: who may not let a finding pass, because they had a part in the purchase."""

from app.documents.document import Document
from app.storage import documents, matches
from app.storage.database import AnySession

_PLACED = frozenset({"purchase_order", "goods_receipt"})
_DID = {"purchase_order": "placed", "goods_receipt": "posted"}


def person_of(actor: str) -> str:
    """The person behind a key: the same one across keys and roles."""
    return (actor.partition(":")[2] or actor).casefold()


def conflict(session: AnySession, document: str, actor: str, *, tenant: str) -> str | None:
    """Why this person may not let findings on an invoice pass; None where nothing speaks against it.

    Nobody does who brought the invoice, placed its order or posted its receipt, or whom `SOD_CONFLICT` names on it.
    """
    person = person_of(actor)
    record = documents.get(session, tenant=tenant, identifier=document)
    if record is not None and person_of(record.received_by) == person:
        return "whoever brought an invoice does not let its findings pass"
    match = matches.current(session, tenant=tenant, invoice=document)
    if match is None:
        return None
    for finding in match.body.get("findings", ()):
        if finding["code"] == "SOD_CONFLICT" and (finding.get("actual") or "").casefold() == person:
            return "whoever has two duties in a purchase (SOD_CONFLICT) does not let its findings pass"
    for identifier in sorted(matches.behind(session, tenant=tenant, match=match.id)):
        paper = documents.get(session, tenant=tenant, identifier=identifier)
        told = _part_in(paper.document, person) if paper and paper.document else None
        if told:
            return told
    return None


def _part_in(document: Document, person: str) -> str | None:
    if document.kind not in _PLACED or (document.created_by or "").casefold() != person:
        return None
    what = document.kind.replace("_", " ")
    return f"whoever {_DID[document.kind]} the {what} {document.number or ''} does not let the bill's findings pass"
