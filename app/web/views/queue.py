"""The queue: open exceptions by case, the most money held first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, or_, select

from app.documents.money import Money, exponent
from app.matching.rule import RULES
from app.storage.database import AnySession
from app.storage.identifiers import under
from app.storage.tables import DOCUMENT, EXCEPTION, MATCH

_FINEST = 4
_TO_DECIDE, _WAITING, _PAYS = "decide", "wait", "pay"
#: The parts of the queue: what a person decides, what clears itself, what pays with remarks.
TABS: Mapping[str, str] = {_TO_DECIDE: "To decide", _WAITING: "Waiting", _PAYS: "Pays, with remarks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the queue is narrowed to; the names are those of the API's list of exceptions."""

    state: str | None = "open"
    severity: str | None = None
    code: str | None = None
    vendor: str | None = None
    q: str | None = None
    due_lte: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether there is less to see than all that is open."""
        return self != Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, in words, and on how many lines."""

    code: str
    title: str
    severity: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case: an invoice with its exceptions."""

    id: str
    document: str
    decision: str | None
    kind: str | None
    number: str | None
    file_name: str | None
    vendor: str | None
    held: Money | None
    payable: Money | None
    due: date | None
    opened_at: datetime
    problems: tuple[Problem, ...]
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum in one currency, over so many cases."""

    held: Money
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of the queue; `next` is the cursor of the one after it."""

    rows: tuple[Row, ...]
    next: str | None
    totals: tuple[Total, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The cases before and after one, its place among them, and how many there are."""

    before: str | None
    after: str | None
    place: int
    count: int


def listed(session: AnySession, *, tenant: str, tab: str, asked: Asked, after: str | None, limit: int) -> Queue:
    """The cases of one part of the queue."""
    cases = _cases(session, tenant, asked).subquery()
    counts = {
        row.tab: int(row.cases)
        for row in session.execute(select(cases.c.tab, func.count().label("cases")).group_by(cases.c.tab))
    }
    query = select(cases).where(cases.c.tab == tab).order_by(cases.c.key.desc(), cases.c.document.desc())
    key, _, document = (after or "").partition("-")
    if document and key.lstrip("m").isdigit():
        start = -int(key[1:]) if key.startswith("m") else int(key)
        query = query.where(or_(cases.c.key < start, and_(cases.c.key == start, cases.c.document < document)))
    found = session.execute(query.limit(limit + 1)).all()
    shown = found[:limit]
    problems = _problems(session, tenant, asked, [row.document for row in shown])
    rows = tuple(_row(row, problems.get(row.document, ())) for row in shown)
    totals = session.execute(
        select(cases.c.currency, func.sum(cases.c.held_minor).label("held"), func.count().label("cases"))
        .where(cases.c.tab == tab, cases.c.held_minor > 0)
        .group_by(cases.c.currency)
        .order_by(func.sum(cases.c.key).desc())
    )
    return Queue(
        rows=rows,
        next=_cursor(rows[-1]) if len(found) > limit else None,
        totals=tuple(Total(held=Money.from_minor(int(t.held or 0), t.currency), cases=int(t.cases)) for t in totals),
        counts={name: counts.get(name, 0) for name in TABS},
    )


def paid_untouched(session: AnySession, *, tenant: str) -> int:
    """How many invoices passed as matched, with nothing to look at."""
    open_cases = select(EXCEPTION.c.document).where(EXCEPTION.c.tenant == tenant, EXCEPTION.c.state == "open")
    return session.execute(
        select(func.count())
        .select_from(MATCH)
        .where(MATCH.c.tenant == tenant, MATCH.c.current, MATCH.c.decision == "pay", MATCH.c.invoice.not_in(open_cases))
    ).scalar_one()


def vendors(session: AnySession, *, tenant: str) -> list[str]:
    """The suppliers that have exceptions, for the filter."""
    found = session.execute(
        select(EXCEPTION.c.vendor)
        .where(EXCEPTION.c.tenant == tenant, EXCEPTION.c.vendor.is_not(None))
        .distinct()
        .order_by(EXCEPTION.c.vendor)
    )
    return list(found.scalars())


def neighbours(session: AnySession, *, tenant: str, document: str) -> Neighbours | None:
    """The open cases around one, in the order of the queue's same part."""
    cases = _cases(session, tenant, Asked()).subquery()
    own = session.execute(select(cases).where(cases.c.document == document)).first()
    if own is None:
        return None
    part = cases.c.tab == own.tab
    above = and_(part, or_(cases.c.key > own.key, and_(cases.c.key == own.key, cases.c.document > document)))
    below = and_(part, or_(cases.c.key < own.key, and_(cases.c.key == own.key, cases.c.document < document)))
    column = cases.c.document
    before = session.execute(select(column).where(above).order_by(cases.c.key, column).limit(1)).scalar()
    after = session.execute(select(column).where(below).order_by(cases.c.key.desc(), column.desc()).limit(1)).scalar()
    place = session.execute(select(func.count()).select_from(cases).where(above)).scalar_one() + 1
    count = session.execute(select(func.count()).select_from(cases).where(part)).scalar_one()
    return Neighbours(
        before=under("inv", before) if before else None,
        after=under("inv", after) if after else None,
        place=place,
        count=count,
    )


def _cases(session: AnySession, tenant: str, asked: Asked) -> Select[Any]:
    """One row a case: the document with its decision, its money, and the key that it is sorted by."""
    opened = (
        select(EXCEPTION.c.document, func.min(EXCEPTION.c.opened_at).label("opened_at"))
        .where(*_wanted(tenant, asked))
        .group_by(EXCEPTION.c.document)
        .subquery()
    )
    return (
        select(
            opened.c.document,
            opened.c.opened_at,
            MATCH.c.decision,
            MATCH.c.currency,
            MATCH.c.held_minor,
            MATCH.c.payable_minor,
            DOCUMENT.c.kind,
            DOCUMENT.c.number,
            DOCUMENT.c.file_name,
            DOCUMENT.c.supplier_name,
            DOCUMENT.c.due_date,
            case(
                (MATCH.c.decision == "wait", literal(_WAITING)),
                (MATCH.c.decision == "pay", literal(_PAYS)),
                else_=literal(_TO_DECIDE),
            ).label("tab"),
            _key(session, tenant).label("key"),
        )
        .select_from(opened)
        .join(DOCUMENT, and_(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == opened.c.document))
        .outerjoin(MATCH, and_(MATCH.c.tenant == tenant, MATCH.c.invoice == opened.c.document, MATCH.c.current))
    )


def _wanted(tenant: str, asked: Asked) -> list[ColumnElement[bool]]:
    table = EXCEPTION.c
    wanted: list[ColumnElement[bool]] = [table.tenant == tenant]
    for column, value in (
        (table.state, asked.state),
        (table.severity, asked.severity),
        (table.code, asked.code),
        (table.vendor, asked.vendor),
    ):
        if value:
            wanted.append(column == value)
    if asked.due_lte is not None:
        wanted.append(table.due_date <= asked.due_lte)
    if asked.q:
        looked = f"%{asked.q.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        wanted.append(or_(*(c.ilike(looked, escape="!") for c in (table.vendor, table.number, table.why))))
    return wanted


def _key(session: AnySession, tenant: str) -> ColumnElement[int]:
    """The money held at one scale, so that yen and euros sort as amounts; nothing is added or converted."""
    currencies = session.execute(
        select(MATCH.c.currency).where(MATCH.c.tenant == tenant, MATCH.c.current).distinct()
    ).scalars()
    scales = {currency: 10 ** (_FINEST - exponent(currency)) for currency in currencies}
    held = cast(func.coalesce(MATCH.c.held_minor, 0), BigInteger)
    if not scales:
        return held
    return held * case(*((MATCH.c.currency == c, s) for c, s in scales.items()), else_=1)


def _problems(
    session: AnySession, tenant: str, asked: Asked, documents: Collection[str]
) -> dict[str, tuple[Problem, ...]]:
    if not documents:
        return {}
    rows = session.execute(
        select(
            EXCEPTION.c.document, EXCEPTION.c.code, EXCEPTION.c.severity, EXCEPTION.c.line, EXCEPTION.c.at_risk_minor
        )
        .where(*_wanted(tenant, asked), EXCEPTION.c.document.in_(sorted(documents)))
        .order_by(EXCEPTION.c.severity, EXCEPTION.c.at_risk_minor.desc(), EXCEPTION.c.id)
    )
    found: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        found.setdefault(row.document, {}).setdefault(row.code, []).append(row)
    return {document: tuple(_problem(code, own) for code, own in codes.items()) for document, codes in found.items()}


def _problem(code: str, rows: Sequence[Any]) -> Problem:
    return Problem(
        code=code,
        title=RULES[code].title if code in RULES else code.replace("_", " ").capitalize(),
        severity=rows[0].severity,
        lines=tuple(sorted({row.line for row in rows if row.line}, key=_in_order)),
    )


def _in_order(line: str) -> tuple[int, str]:
    return (int(line) if line.isdecimal() else 0, line)


def _row(row: Any, problems: tuple[Problem, ...]) -> Row:
    def money(minor: int | None) -> Money | None:
        return None if minor is None or row.currency is None else Money.from_minor(minor, row.currency)

    return Row(
        id=under("inv", row.document),
        document=row.document,
        decision=row.decision,
        kind=row.kind,
        number=row.number,
        file_name=row.file_name,
        vendor=row.supplier_name,
        held=money(row.held_minor),
        payable=money(row.payable_minor),
        due=row.due_date,
        opened_at=row.opened_at,
        problems=problems,
        key=int(row.key),
    )


def _cursor(row: Row) -> str:
    return f"{'m' if row.key < 0 else ''}{abs(row.key)}-{row.document}"
