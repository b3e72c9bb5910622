"""Whatever papers come, judging answers: no figure missing, odd or absurd makes it fail."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.document import (
    Basis,
    Charge,
    Correction,
    Document,
    License,
    Line,
    OrderStatus,
    Party,
    Period,
    Posting,
    References,
    TaxBreakdown,
    Totals,
)
from app.documents.kinds import KINDS
from app.linking.filed import Filed, Standing
from app.matching.policy import Policy
from app.payment.judge import judge_all

maybe = st.none
figures = st.one_of(
    maybe(), st.sampled_from([Decimal(text) for text in ("0", "-1", "3", "12", "0.001", "99999999.99")])
)
words = st.one_of(maybe(), st.sampled_from(["Hex bolt M8x40", "Freight", "Software license", "", "Hex bolt", "Rent"]))
names = st.one_of(maybe(), st.sampled_from(["Nordwind Components GmbH", "Westfeld Trading SARL", ""]))
numbers = st.one_of(maybe(), st.sampled_from(["1", "PO-1", "R-20418", "R-20481", "0", "-"]))
days = st.one_of(maybe(), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
charges = st.lists(
    st.builds(Charge, amount=figures.filter(lambda x: x is not None), code=st.sampled_from(["FC", None]), reason=words),
    max_size=2,
).map(tuple)
lines = st.builds(
    Line,
    id=numbers,
    description=words,
    seller_item_id=numbers,
    quantity=figures,
    unit=st.sampled_from([None, "C62", "DZN", "XBX", "KGM", "MON"]),
    unit_price=figures,
    price_base_quantity=st.sampled_from([None, Decimal(1), Decimal(100)]),
    net_amount=figures,
    tax_rate=figures,
    order_line=numbers,
    charges=charges,
    allowances=charges,
    basis=st.sampled_from([None, None, Basis.AMOUNT]),
    cancelled_quantity=figures,
    pack_size=figures,
    outstanding=figures,
    received=figures,
    accepted=figures,
    rejected=figures,
    match_way=st.sampled_from([None, 2, 3, 4]),
    period=st.one_of(maybe(), st.builds(Period, start=days, end=days)),
    license=st.one_of(maybe(), st.builds(License, product=words, rights=figures, packs=figures, start=days, end=days)),
    serials=st.sampled_from([(), ("SN-1",)]),
)
documents = st.builds(
    Document,
    kind=st.sampled_from(list(KINDS)),
    number=numbers,
    issue_date=days,
    due_date=days,
    currency=st.sampled_from([None, "EUR", "JPY"]),
    supplier=st.builds(Party, name=names, vat_id=numbers, iban=numbers),
    buyer=st.builds(Party, name=names),
    references=st.builds(
        References,
        purchase_order=numbers,
        preceding_invoice=numbers,
        quote=numbers,
        contract=numbers,
        despatch_advice=numbers,
    ),
    lines=st.lists(lines, max_size=4).map(tuple),
    charges=charges,
    allowances=charges,
    totals=st.builds(Totals, lines=figures, net=figures, tax=figures, gross=figures, prepaid=figures, due=figures),
    tax_breakdown=st.lists(st.builds(TaxBreakdown, rate=figures, taxable=figures, tax=figures), max_size=2).map(tuple),
    payment_terms=st.sampled_from([None, "30 days net", "2 % 10 Tage, 30 Tage netto", "?"]),
    delivery_terms=st.sampled_from([None, "DAP", "?"]),
    posting=st.sampled_from([None, Posting.DRAFT]),
    status=st.sampled_from([None, *OrderStatus]),
    correction=st.sampled_from([None, None, Correction.PRICE]),
    final=st.sampled_from([None, True]),
    valid_until=days,
)
policies = st.sampled_from(
    [
        Policy(),
        Policy.parse({"price_basis": "item", "order_required": False, "line_total": {"up_pct": "0", "lo_pct": "0"}}),
        Policy.parse(
            {
                "charges": {"up_pct": "0"},
                "totals": {"up_pct": "0", "lo_pct": "0"},
                "tax": {"up_abs": "0", "lo_abs": "0"},
                "po_total": {"up_pct": "0"},
                "price": {"up_pct": "1", "lo_pct": "1", "up_abs": "1", "combine": "all"},
                "creep_percent": "0",
            }
        ),
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(documents, st.sampled_from([*Standing, Standing.PENDING])), min_size=1, max_size=8), policies)
def test_judging_always_answers(papers, policy):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    files = [
        Filed(id=f"d{at}", document=paper, arrived_at=start + timedelta(hours=at), sequence=at, standing=standing)
        for at, (paper, standing) in enumerate(papers)
    ]
    for judged in judge_all(files, policy):
        told = [finding.as_json() for finding in judged.findings]
        keys = [finding.key for finding in judged.findings]

        assert json.dumps(told)
        assert len(keys) == len(set(keys))
        assert judged.decision.payable + judged.decision.held == judged.decision.asked
        assert all(entry["why"].endswith(".") and "None" not in entry["why"] for entry in told)
