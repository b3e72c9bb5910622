"""What holds of every purchase, whatever its figures."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import canonical
from app.linking.filed import Filed, Standing
from app.matching.policy import Policy
from app.matching.rule import Severity
from app.payment.decision import Verdict
from app.payment.judge import judge, judge_all

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = date(2026, 2, 1)
PARTIES = {"supplier": {"name": "Nordwind Components GmbH"}, "buyer": {"name": "Beispiel Maschinenbau AG"}}
WORDS = ("Hex bolt", "Gear box", "Servo drive", "Oil filter", "Cable drum", "Pressure valve")

prices = st.decimals(min_value="0.01", max_value="999.99", places=2)
dozens = st.integers(min_value=1, max_value=40)
purchases = st.lists(st.tuples(dozens, prices), min_size=1, max_size=5)
ways = st.sampled_from([2, 3, 4])


def line(at, quantity, price, **more):
    worth = (Decimal(quantity) * price).quantize(Decimal("0.01"))
    return {
        "id": str(at + 1),
        "description": WORDS[at],
        "quantity": str(quantity),
        "unit": "C62",
        "unit_price": str(price),
        "net_amount": str(worth),
        **more,
    }


def paper(kind, number, lines, **more):
    body = {"kind": kind, "number": number, "issue_date": "2026-01-20", "currency": "EUR", **PARTIES, "lines": lines}
    if kind in {"purchase_order", "invoice", "credit_note"}:
        net = str(sum((Decimal(entry["net_amount"]) for entry in lines), Decimal(0)))
        body["totals"] = {"lines": net, "net": net, "tax": "0.00", "gross": net, "due": net}
    if kind != "purchase_order":
        body["references"] = {"purchase_order": "PO-1"}
    return body | more


def order(purchase, way):
    return paper(
        "purchase_order", "PO-1", [line(at, 12 * n, price, match_way=way) for at, (n, price) in enumerate(purchase)]
    )


def receipt(number, quantities):
    lines = [
        {"id": str(at + 1), "order_line": str(at + 1), "quantity": str(quantity), "unit": "C62"}
        for at, quantity in quantities
    ]
    return paper("goods_receipt", number, lines)


def whole_receipt(purchase):
    return receipt("GR-1", [(at, 12 * n) for at, (n, _) in enumerate(purchase)])


def invoice(purchase, number="R-1001", *, more=0, dearer=Decimal(0), named=True):
    lines = [
        line(
            at,
            12 * n + (more if at == 0 else 0),
            price + (dearer if at == 0 else 0),
            **({"order_line": str(at + 1)} if named else {}),
        )
        for at, (n, price) in enumerate(purchase)
    ]
    return paper("invoice", number, lines)


def filed(*bodies):
    start = datetime(2026, 1, 20, tzinfo=UTC)
    return [
        Filed(id=f"d{at}", document=canonical.read(body), arrived_at=start + timedelta(hours=at), sequence=at)
        for at, body in enumerate(bodies)
    ]


def last(*bodies, policy=None):
    return judge_all(filed(*bodies), policy or Policy())[-1]


def told(judgement):
    """Findings and money, without the identifiers of the papers."""
    findings = [finding.as_json() | {"evidence": None} for finding in judgement.findings]
    money = judgement.decision
    return json.dumps([findings, money.kind.value, money.payable.as_json(), money.held.as_json()], sort_keys=True)


@FEW
@given(purchases, ways, st.booleans())
def test_a_perfect_voucher_is_paid(purchase, way, named):
    judged = last(order(purchase, way), whole_receipt(purchase), invoice(purchase, named=named))

    assert judged.findings == ()
    assert judged.decision.kind is Verdict.PAY
    assert judged.decision.held.amount == 0


@FEW
@given(purchases, ways, st.integers(min_value=1, max_value=100))
def test_billing_more_than_ordered_never_gets_paid(purchase, way, more):
    judged = last(order(purchase, way), whole_receipt(purchase), invoice(purchase, more=more))

    assert judged.decision.kind is Verdict.HOLD
    assert judged.decision.payable.amount == sum((12 * n * price for n, price in purchase), Decimal(0))


@FEW
@given(purchases, ways, st.decimals(min_value="0.01", max_value="50", places=2))
def test_a_dearer_price_never_gets_paid(purchase, way, dearer):
    judged = last(order(purchase, way), whole_receipt(purchase), invoice(purchase, dearer=dearer))

    assert judged.decision.kind is Verdict.HOLD
    assert judged.decision.payable.amount == sum((12 * n * price for n, price in purchase), Decimal(0))


@FEW
@given(purchases, ways, st.integers(0, 30), st.decimals("0", "9", places=2), st.integers(0, 40))
def test_payable_and_held_are_what_is_asked(purchase, way, more, dearer, missing):
    came = [(at, max(12 * n - missing, 1)) for at, (n, _) in enumerate(purchase)]
    judged = last(order(purchase, way), receipt("GR-1", came), invoice(purchase, more=more, dearer=dearer))
    decision, totals = judged.decision, judged.voucher.invoice.document.totals

    assert decision.payable.amount + decision.held.amount == totals.due
    assert decision.payable_net.amount + decision.held_net.amount == totals.net
    assert decision.payable.amount >= 0
    assert decision.held.amount >= 0


limits = st.one_of(st.none(), st.decimals("0", "30", places=1))


def looser(tolerance, by):
    widened = {name: None if value is None else str(Decimal(value) + by) for name, value in tolerance.items()}
    return tolerance | widened


@FEW
@given(
    purchases,
    ways,
    st.integers(0, 30),
    st.decimals("0", "9", places=2),
    st.fixed_dictionaries({"up_pct": limits, "up_abs": limits}),
    st.decimals("0", "30", places=1),
    st.sampled_from(["price", "quantity", "quantity_ordered"]),
)
def test_loosening_a_policy_never_adds_a_finding(purchase, way, more, dearer, tolerance, by, metric):
    given_limits = {name: None if value is None else str(value) for name, value in tolerance.items()}
    papers = (order(purchase, way), whole_receipt(purchase), invoice(purchase, more=more, dearer=dearer))
    strict = last(*papers, policy=Policy.parse({metric: given_limits}))
    loose = last(*papers, policy=Policy.parse({metric: looser(given_limits, by)}))

    # What is let through is noted: the note is no finding that asks for anything.
    asking = {finding.key for finding in loose.findings if finding.severity is not Severity.INFO}
    assert asking <= {finding.key for finding in strict.findings}


@FEW
@given(purchases, ways, st.integers(0, 13), st.randoms(use_true_random=False))
def test_splitting_and_shuffling_receipts_changes_nothing(purchase, way, missing, random):
    whole = [(at, max(12 * n - missing, 1)) for at, (n, _) in enumerate(purchase)]
    parts = [(at, part) for at, quantity in whole for part in (quantity // 2, quantity - quantity // 2) if part]
    random.shuffle(parts)
    once = last(order(purchase, way), receipt("GR-1", whole), invoice(purchase))
    split = last(order(purchase, way), *(receipt(f"GR-{n}", [part]) for n, part in enumerate(parts)), invoice(purchase))

    assert told(once) == told(split)


@FEW
@given(purchases, ways)
def test_a_receipt_more_never_adds_a_finding_of_quantity(purchase, way):
    few = [(at, 6 * n) for at, (n, _) in enumerate(purchase)]
    before = last(order(purchase, way), receipt("GR-1", few), invoice(purchase))
    after = last(order(purchase, way), receipt("GR-1", few), receipt("GR-2", few[:1]), invoice(purchase))

    assert {f.key for f in after.findings} <= {f.key for f in before.findings}


@FEW
@given(purchases, ways, st.integers(0, 3))
def test_dozens_and_pieces_are_one_thing(purchase, way, more):
    pieces = invoice(purchase)
    in_dozens = invoice(purchase)
    for at, (entry, (n, price)) in enumerate(zip(in_dozens["lines"], purchase, strict=True)):
        dozen = n + (more if at == 0 else 0)
        entry |= {"quantity": str(dozen), "unit": "DZN", "unit_price": str(12 * price)}
        entry["net_amount"] = str(dozen * 12 * price)
        pieces["lines"][at] |= {"quantity": str(12 * dozen), "net_amount": str(dozen * 12 * price)}
    for body in (pieces, in_dozens):
        net = str(sum((Decimal(entry["net_amount"]) for entry in body["lines"]), Decimal(0)))
        body["totals"] = {"lines": net, "net": net, "tax": "0.00", "gross": net, "due": net}

    one = last(order(purchase, way), whole_receipt(purchase), pieces)
    other = last(order(purchase, way), whole_receipt(purchase), in_dozens)

    assert told(one) == told(other)


@FEW
@given(purchases, ways)
def test_voiding_and_entering_again_is_as_if_nothing_had_been(purchase, way):
    files = filed(
        order(purchase, way), whole_receipt(purchase), invoice(purchase, "R-1001"), invoice(purchase, "R-1001")
    )
    voided = [replace(entry, standing=Standing.VOID) if entry.sequence == 2 else entry for entry in files]
    alone = [entry for entry in files if entry.sequence != 2]

    assert told(judge(voided[-1], voided, Policy(), as_of=DAY)) == told(judge(alone[-1], alone, Policy(), as_of=DAY))


@FEW
@given(purchases, ways, st.integers(1, 30))
def test_splitting_an_invoice_hides_nothing(purchase, way, more):
    first = [(n, price) for n, price in purchase]
    rest = paper("invoice", "Z-77", [line(0, more, purchase[0][1], order_line="1")])
    papers = (order(purchase, way), whole_receipt(purchase))
    whole = last(*papers, invoice(purchase, more=more))
    halves = judge_all(filed(*papers, invoice(first), rest), Policy())

    assert sum(half.decision.held.amount for half in halves) >= whole.decision.held.amount


@FEW
@given(purchases, ways, st.integers(0, 30), st.decimals("0", "9", places=2))
def test_the_same_inputs_give_the_same_bytes(purchase, way, more, dearer):
    papers = (order(purchase, way), whole_receipt(purchase), invoice(purchase, more=more, dearer=dearer))
    files = filed(*papers)
    once = judge(files[-1], files, Policy(), as_of=DAY)
    again = judge(files[-1], list(reversed(files)), Policy(), as_of=DAY)

    assert told(once) == told(again)
    assert once.inputs_sha256 == again.inputs_sha256
    assert [f.key for f in once.findings] == [f.key for f in again.findings]


@FEW
@given(purchases, ways, st.lists(st.integers(1, 200), min_size=1, max_size=6))
def test_what_came_is_never_allocated_twice(purchase, way, quantities):
    bills = [
        paper(
            "invoice",
            f"R-{71 * n}",
            [line(0, quantity, purchase[0][1], order_line="1")],
            issue_date=f"2026-01-{n + 20}",
        )
        for n, quantity in enumerate(quantities)
    ]
    judged = judge_all(filed(order(purchase, way), whole_receipt(purchase), *bills), Policy())
    rows = [row for judgement in judged for row in judgement.voucher.allocations]
    counted = [j for j in judged if j.decision.kind is not Verdict.REJECT]

    assert sum(
        row.quantity for row in rows if row.receipt and row.invoice in {j.voucher.invoice.id for j in counted}
    ) <= (12 * purchase[0][0])
    for judgement in judged:
        assert (
            sum(row.quantity for row in judgement.voucher.allocations)
            == judgement.voucher.invoice.document.lines[0].quantity
        )
