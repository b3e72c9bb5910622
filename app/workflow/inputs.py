"""What a match was made from: kept with it, and put together again later, however much came on file since.

The record names every document that the match was given (its content by digest, its standing and its place
in the order of arrival at that moment), the policy, the revisions of the registers, the waived findings,
what earlier runs found, and the day. Contents stand with their documents as long as they are current there,
else under their digest.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.documents import canonical
from app.documents.document import Document
from app.linking.filed import Doubt, DoubtKind, Filed, Standing
from app.linking.past import PastRun, StaleRelease
from app.matching import policy_json
from app.matching.policy import Policy
from app.payment.inputs import paper_told
from app.payment.judge import Judgement, judge
from app.registers import Facts
from app.storage import documents, kept, registers
from app.storage.database import AnySession, WriteSession
from app.trail.chain import canonical as one_form

#: What of a match is made again, in the order in which it is compared.
PARTS = (
    "decision", "payable", "held", "payable_net", "held_net", "findings", "allocations", "not_checked",
    "inputs_sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a match is given: the documents on file, the policy in force, the revisions of the registers."""

    on_file: Sequence[Filed]
    policy: Policy
    revisions: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An input that is no longer what it was: its place in the record, its digest then and now (None: gone)."""

    pointer: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A match's inputs, put together again; with `missing` they are not complete."""

    invoice: str
    as_of: date
    on_file: tuple[Filed, ...]
    policy: Policy | None
    facts: Facts
    waived: tuple[str, ...]
    past: tuple[PastRun, ...]
    stale: tuple[StaleRelease, ...]
    missing: tuple[Missing, ...]

    def judge(self) -> Judgement:
        """Judge once more, by the rules as they are now."""
        if self.policy is None:
            raise ValueError("there is no policy to judge by")
        invoice = next(paper for paper in self.on_file if paper.id == self.invoice)
        return judge(
            invoice,
            self.on_file,
            self.policy,
            as_of=self.as_of,
            waived=self.waived,
            facts=self.facts,
            past=self.past,
            stale=self.stale,
        )


def keep(session: WriteSession, match: str, judgement: Judgement, basis: Basis, *, tenant: str) -> str:
    """Keep what the match was made from; gives the digest of the record."""
    policy, voucher = policy_json.stored(basis.policy), judgement.voucher
    policy_sha256 = digest(policy)
    record = {
        "invoice": voucher.invoice.id,
        "as_of": voucher.as_of.isoformat(),
        "policy": policy_sha256,
        "registers": dict(basis.revisions),
        "register_sha256": voucher.facts.digests(),
        "waived": list(judgement.waived),
        "past": [canonical.write_as(run) for run in voucher.past],
        "stale": [canonical.write_as(release) for release in voucher.stale],
        "documents": [paper_told(paper) for paper in basis.on_file],
    }
    kept.keep(session, tenant=tenant, sha256=policy_sha256, body=policy)
    sha256 = digest(record)
    kept.keep_inputs(session, tenant=tenant, match=match, sha256=sha256, body=record)
    return sha256


def load(session: AnySession, record: Mapping[str, Any], *, tenant: str) -> Inputs:
    """The inputs that a record names, each held against its digest."""
    missing: list[Missing] = []
    on_file = tuple(_paper(session, paper, missing, tenant=tenant) for paper in record["documents"])
    facts = registers.facts(session, tenant=tenant, at=record["registers"])
    now = facts.digests()
    for code, then in record["register_sha256"].items():
        if now.get(code) != then:
            missing.append(Missing(pointer=f"/inputs/registers/{code}", then=then, now=now.get(code)))
    return Inputs(
        invoice=record["invoice"],
        as_of=date.fromisoformat(record["as_of"]),
        on_file=on_file,
        policy=_policy(session, record["policy"], missing, tenant=tenant),
        facts=facts,
        waived=tuple(record["waived"]),
        past=tuple(canonical.read_as(PastRun, run) for run in record["past"]),
        stale=tuple(canonical.read_as(StaleRelease, release) for release in record["stale"]),
        missing=tuple(missing),
    )


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(one_form(value).encode()).hexdigest()


def answer_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of what a match found and decided, byte for byte."""
    return hashlib.sha256(as_bytes({name: body[name] for name in PARTS})).hexdigest()


def as_bytes(value: Any) -> bytes:
    """A JSON value in the bytes in which it is stored."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _policy(session: AnySession, sha256: str, missing: list[Missing], *, tenant: str) -> Policy | None:
    found = kept.kept(session, tenant=tenant, sha256=sha256)
    now = None if found is None else digest(found)
    if now != sha256:
        missing.append(Missing(pointer="/inputs/policy", then=sha256, now=now))
        return None
    return policy_json.restored(found)


def _paper(session: AnySession, told: Mapping[str, Any], missing: list[Missing], *, tenant: str) -> Filed:
    return Filed(
        id=told["id"],
        document=_document(session, told, missing, tenant=tenant),
        arrived_at=datetime.fromisoformat(told["arrived_at"]),
        sequence=told["sequence"],
        standing=Standing(told["standing"]),
        unread=told["unread"],
        doubts=tuple(Doubt(**doubt | {"kind": DoubtKind(doubt["kind"])}) for doubt in told["doubts"]),
        content_sha256=told["sha256"],
    )


def _document(session: AnySession, told: Mapping[str, Any], missing: list[Missing], *, tenant: str) -> Document:
    """What the document said then; of one that could not be read, no more than what the sender called it."""
    empty = Document(kind=told["kind"])
    if told["unread"] is not None and documents.digest(empty) == told["sha256"]:
        return empty
    found = documents.content(session, tenant=tenant, identifier=told["id"], sha256=told["sha256"])
    now = None if found is None else digest(found)
    if now != told["sha256"]:
        missing.append(Missing(pointer=f"/inputs/documents/{told['id']}", then=told["sha256"], now=now))
        return empty
    return canonical.read(found)
