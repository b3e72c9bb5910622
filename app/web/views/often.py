"""How often a finding came up with the same supplier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.documents.money import Money
from app.storage.database import AnySession
from app.storage.tables import EXCEPTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """So many times since a day, and the money at risk in each currency."""

    times: int
    sums: tuple[Money, ...]


def with_vendor(
    session: AnySession, *, tenant: str, vendor: str | None, codes: Collection[str], since: datetime
) -> dict[str, Often]:
    """For each code the exceptions of the supplier since then, closed ones too."""
    if not vendor or not codes:
        return {}
    rows = session.execute(
        select(
            EXCEPTION.c.code,
            EXCEPTION.c.currency,
            func.count().label("times"),
            func.sum(EXCEPTION.c.at_risk_minor).label("at_risk"),
        )
        .where(
            EXCEPTION.c.tenant == tenant,
            EXCEPTION.c.vendor == vendor,
            EXCEPTION.c.code.in_(sorted(codes)),
            EXCEPTION.c.opened_at >= since,
        )
        .group_by(EXCEPTION.c.code, EXCEPTION.c.currency)
        .order_by(EXCEPTION.c.code, EXCEPTION.c.currency)
    )
    found: dict[str, Often] = {}
    for row in rows:
        before = found.get(row.code, Often(times=0, sums=()))
        sums = (Money.from_minor(int(row.at_risk), row.currency),) if row.at_risk and row.currency else ()
        found[row.code] = Often(times=before.times + int(row.times), sums=(*before.sums, *sums))
    return found
