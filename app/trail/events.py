"""The catalogue of events: one dataclass each; its docstring is its documentation."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from app.registry import Registry

EVENTS: Registry[type["Event"]] = Registry("event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a subject (a document, an exception, a key)."""

    code: ClassVar[str] = ""
    subject: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # A slotted dataclass is built twice: once as written, once with slots; only the second counts.
        super(Event, cls).__init_subclass__(**kwargs)
        words = re.findall(r"[A-Z][a-z]+", cls.__name__)
        cls.code = f"{'_'.join(words[:-1]).lower()}.{words[-1].lower()}"
        if "__slots__" in cls.__dict__ and cls.code not in EVENTS:
            EVENTS.add(cls.code, cls)

    def body(self) -> Mapping[str, Any]:
        """The facts of the event beside its subject."""
        facts = asdict(self)
        del facts["subject"]
        return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceived(Event):
    """A document arrived: which file with which content."""

    sha256: str
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRepeated(Event):
    """The same bytes arrived again; they are the same document."""

    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRead(Event):
    """A document was read: kind, number, the digest of what was read, and the remembered layout that took part."""

    kind: str
    number: str | None
    body_sha256: str
    layout: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCorrected(Event):
    """A person corrected what was read of a document: the values before and after, the digest of the new content."""

    version: int
    corrections: tuple[Mapping[str, Any], ...]
    body_sha256: str
    layout: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMapped(Event):
    """A person said which column of a table is which field: what was said, and the digest of the new content."""

    version: int
    columns: Mapping[str, str | None]
    body_sha256: str
    layout: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutLearned(Event):
    """A correction or a mapping became a layout, or a new version of one: from which document, and what it gives."""

    version: int
    document: str
    supplier: str | None
    fingerprint: str
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutRetired(Event):
    """A remembered layout lost too often in a row against the arithmetic of papers, and is not tried again."""

    version: int
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentUnread(Event):
    """A document could not be read: the verdict and the reason."""

    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentUnpacked(Event):
    """A mail or an archive was taken apart: the documents that its files are, and what in it is no paper."""

    documents: list[str]
    left_out: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentJoined(Event):
    """Further files turned out to be pages of a document, or its picture: which, and why."""

    documents: list[str]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAside(Event):
    """A file that came along with papers of a purchase is none of them: the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceMatched(Event):
    """An invoice was matched: the decision, its sums, the versions, and the digests of inputs, record and answer.

    The record lists the inputs, so that the match can be made again; the answer is what was found and decided.
    """

    match: str
    decision: str
    payable: str
    held: str
    currency: str
    policy_version: str
    rules_version: str
    inputs_sha256: str
    record_sha256: str
    answer_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStood(Event):
    """An invoice's standing changed: paid, void, rejected or pending."""

    standing: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionOpened(Event):
    """A finding opened an exception."""

    rule: str
    invoice: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionUpdated(Event):
    """A later run found the same exception with other facts."""

    rule: str
    invoice: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionReopened(Event):
    """A closed exception came back."""

    rule: str
    invoice: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionResolved(Event):
    """An exception was closed by a clean run or by a person: the reason."""

    rule: str
    invoice: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionProposed(Event):
    """A person proposed to let a finding pass, and a second one has to agree: kind, reason, facts and money."""

    rule: str
    invoice: str
    kind: str
    reason: str
    words: str
    fingerprint: str
    at_risk: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionWaived(Event):
    """A finding was let pass: as waived, acknowledged or wrong; why, over which facts, proposed by whom if by two."""

    rule: str
    invoice: str
    kind: str
    reason: str
    words: str
    fingerprint: str
    at_risk: str
    currency: str
    proposed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDisputed(Event):
    """A person disputed with the supplier what an exception says: the reason."""

    rule: str
    invoice: str
    reason: str
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionCommented(Event):
    """A person wrote a comment on an exception."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionAssigned(Event):
    """An exception was given to somebody."""

    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceReleased(Event):
    """A person decided that the supported part of an invoice is paid while the rest stays held."""

    match: str
    exception: str
    payable: str
    held: str
    currency: str
    reason: str
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdded(Event):
    """An API key was made; the key itself is never stored."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Event):
    """An API key was revoked."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChanged(Event):
    """A register was imported: what it holds now, by count and digest alone, and how it differs from before."""

    revision: int
    mode: str
    rows: int
    added: int
    changed: int
    removed: int
    refused: int
    sha256: str
    file_sha256: str | None
    job: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDrafted(Event):
    """A person drafted a policy: its version, from when it is to hold, and the digest of what it says."""

    version: str
    effective_from: str
    policy_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApproved(Event):
    """A second person approved a policy: from which day it holds, and the digest of what it says."""

    version: str
    holds_from: str
    made_by: str
    policy_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWithdrawn(Event):
    """A draft of a policy was withdrawn; it stays on file."""

    version: str
