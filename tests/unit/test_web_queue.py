"""The queue on both databases: order, pages, parts, filters, sums, and the cases around one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.compose import policy_of
from app.documents import canonical
from app.storage.identifiers import under
from app.web.views import case, facts, queue, timeline
from app.web.views.often import with_vendor
from app.web.views.queue import Asked
from app.workflow.context import Context
from app.workflow.match import match_touched
from app.workflow.receive import receive_document
from tests.browser import papers
from tests.browser.papers import FABRIKAM, line, paper

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TENANT = "default"


def purchase(number, *, quantity, came, price="10.00", currency="EUR", supplier=papers.NORDWIND):
    """An order over `came`, its receipt, and an invoice that bills `quantity`."""
    words, sum_ = "Bracket", f"{int(quantity) * float(price):.2f}"
    ordered = line("10", words, came, price, f"{int(came) * float(price):.2f}")
    money = {"supplier": supplier, "currency": currency}
    return [
        paper("purchase_order", f"PO-{number}", "2026-10-01", [ordered], **money),
        paper("goods_receipt", f"GR-{number}", "2026-10-05", [line("10", words, came)], order=f"PO-{number}", **money),
        paper(
            "invoice",
            f"INV-{number}",
            "2026-10-10",
            [line("10", words, quantity, price, sum_)],
            order=f"PO-{number}",
            net=sum_,
            due_date=f"2026-12-{int(number):02}",
            **money,
        ),
    ]


@pytest.fixture
def filled(database, files):
    ctx = Context(
        db=database,
        files=files,
        pictures=None,
        learner=None,
        policy=policy_of(None),
        now=lambda: NOW,
        salt=b"queue" * 8,
        enqueue=lambda *_: None,
        upload_limit=1_000_000,
        decision_lasts=timedelta(hours=24),
        retry_after=timedelta(seconds=120),
    )
    waiting = purchase("06", quantity="3", came="3")
    documents = [
        *purchase("01", quantity="12", came="10"),  # 20.00 EUR held
        *purchase("02", quantity="19", came="10"),  # 90.00 EUR held
        *purchase("03", quantity="13", came="10", currency="GBP", supplier=FABRIKAM),  # 30.00 GBP held
        *purchase("04", quantity="15", came="10", price="1", currency="JPY"),  # 5 JPY held
        *purchase("05", quantity="10", came="10"),  # all is well
        waiting[0],
        waiting[2],
    ]
    for document in documents:
        received = receive_document(ctx, canonical.read(document), tenant=TENANT, actor="ap_system:erp")
        match_touched(ctx, [received.id], tenant=TENANT)
    return ctx


def numbers(ctx, *, tab="decide", asked=None, limit=30):
    """The cases page by page, as their invoices' numbers."""
    found, after = [], None
    while True:
        with ctx.db.read() as session:
            page = queue.listed(session, tenant=TENANT, tab=tab, asked=asked or Asked(), after=after, limit=limit)
        assert len(page.rows) <= limit
        found += [row.number for row in page.rows]
        if page.next is None:
            return found
        after = page.next


def test_the_most_money_comes_first_page_by_page(filled):
    in_order = ["INV-02", "INV-03", "INV-01", "INV-04"]
    assert numbers(filled) == in_order
    assert numbers(filled, limit=1) == in_order
    assert numbers(filled, limit=3) == in_order


def test_what_waits_and_what_pays_stand_apart(filled):
    assert numbers(filled, tab="wait") == ["INV-06"]
    assert numbers(filled, tab="pay") == []
    with filled.db.read() as session:
        page = queue.listed(session, tenant=TENANT, tab="decide", asked=Asked(), after=None, limit=10)
        assert page.counts == {"decide": 4, "wait": 1, "pay": 0}
        assert queue.paid_untouched(session, tenant=TENANT) == 1


def test_sums_of_several_currencies_are_never_added(filled):
    with filled.db.read() as session:
        page = queue.listed(session, tenant=TENANT, tab="decide", asked=Asked(), after=None, limit=1)

    assert {(str(total.held), total.cases) for total in page.totals} == {
        ("110.00 EUR", 2),
        ("30.00 GBP", 1),
        ("5 JPY", 1),
    }


def test_filters_narrow_the_list(filled):
    for asked, found in (
        (Asked(vendor=FABRIKAM["name"]), ["INV-03"]),
        (Asked(q="inv-01"), ["INV-01"]),
        (Asked(q="100%"), []),
        (Asked(code="PRICE_OVER_PO"), []),
        (Asked(severity="hold", due_lte=date(2026, 12, 2)), ["INV-02", "INV-01"]),
        (Asked(state="waived"), []),
    ):
        assert numbers(filled, asked=asked) == found


def test_a_cursor_that_is_none_is_the_first_page(filled):
    with filled.db.read() as session:
        page = queue.listed(session, tenant=TENANT, tab="decide", asked=Asked(), after="nonsense", limit=1)
    assert [row.number for row in page.rows] == ["INV-02"]


def test_the_cases_around_one_are_those_of_the_same_part(filled):
    with filled.db.read() as session:
        page = queue.listed(session, tenant=TENANT, tab="decide", asked=Asked(), after=None, limit=10)
        around = [queue.neighbours(session, tenant=TENANT, document=row.document) for row in page.rows]

    ids = [row.id for row in page.rows]
    assert [entry.place for entry in around] == [1, 2, 3, 4]
    assert [entry.before for entry in around] == [None, *ids[:-1]]
    assert [entry.after for entry in around] == [*ids[1:], None]
    assert {entry.count for entry in around} == {4}


def test_how_often_a_finding_came_up_with_a_supplier(filled):
    since = NOW - timedelta(days=90)
    asked = {"tenant": TENANT, "codes": {"QTY_OVER_ORDERED", "PRICE_OVER_PO"}}
    with filled.db.read() as session:
        found = with_vendor(session, vendor=papers.NORDWIND["name"], since=since, **asked)
        assert with_vendor(session, vendor=papers.NORDWIND["name"], since=NOW + timedelta(days=1), **asked) == {}
        assert with_vendor(session, vendor=None, since=since, **asked) == {}

    assert set(found) == {"QTY_OVER_ORDERED"}
    assert found["QTY_OVER_ORDERED"].times == 3
    assert [str(total) for total in found["QTY_OVER_ORDERED"].sums] == ["110.00 EUR", "5 JPY"]


def test_another_company_sees_nothing(filled):
    with filled.db.read() as session:
        page = queue.listed(session, tenant="other", tab="decide", asked=Asked(), after=None, limit=10)
        assert page.rows == ()
        assert queue.vendors(session, tenant="other") == []


def test_a_case_shows_the_papers_the_held_sum_and_the_steps(filled):
    with filled.db.read() as session:
        page = queue.listed(session, tenant=TENANT, tab="decide", asked=Asked(), after=None, limit=1)
        found = facts.load(session, tenant=TENANT, identifier=under("doc", page.rows[0].id))
        steps = timeline.of_case(session, found, tenant=TENANT)
    shown = case.view(found, line=None, finding=None)

    assert [record.kind for record in shown.behind] == ["purchase_order", "goods_receipt"]
    assert str(shown.verdict.held) == "90.00 EUR"
    (only,) = shown.lines
    assert only.chosen
    assert (only.ordered.quantity.text, only.received.quantity.text, only.invoiced.quantity.text) == ("10", "10", "19")
    assert only.held == 90
    assert [strip.kind for strip in shown.strips] == ["purchase_order", "goods_receipt", "invoice"]
    assert any(step.text.startswith("Checked: hold") for step in steps)
