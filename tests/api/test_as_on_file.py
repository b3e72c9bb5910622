"""What is on file is judged as a dry run judges it: the history, the offers and the past are found by keys."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.documents import canonical
from app.documents.kinds import BILLING
from app.documents.license_keys import sealed
from app.linking.filed import Standing
from app.matching.policy import Policy
from app.payment.judge import judge_all
from app.storage import documents, keys, vouchers
from app.workflow.match import as_filed, match_invoice
from app.workflow.receive import receive_document
from bench.purchases.clean import POLICY, clean, total
from bench.purchases.faults import FAULTS

TENANT = "default"
FIRST = 7000


def told(findings):
    """What the findings say, without the identifiers of documents."""
    return sorted(
        (f["code"], f["severity"], f["line"], f["order_line"], f["expected"], f["actual"], f["at_risk"]["amount"])
        for f in findings
    )


def papers_of(purchases):
    """The papers of purchases as canonical JSON, each arriving on its own day."""
    return [
        paper | {"received_at": f"{paper['issue_date']}T{at // 60:02}:{at % 60:02}:00Z"}
        for at, paper in enumerate(deepcopy([paper for purchase in purchases for paper in purchase.papers]))
    ]


def tried(ctx, papers, policy):
    """Number and findings of each bill, as a dry run gives them."""
    given = as_filed([sealed(canonical.read(paper), ctx.salt) for paper in papers])
    return [
        (judged.voucher.invoice.document.number, judged.decision.kind.value, told(f.as_json() for f in judged.findings))
        for judged in judge_all(given, policy)
    ]


def stored(ctx, papers, tenant=TENANT):
    """The same from what is on file, each bill judged when it came."""
    found = []
    for paper in papers:
        document = canonical.read(paper)
        identifier = receive_document(ctx, document, tenant=tenant, actor="tests").id
        if document.kind in BILLING:
            answer = match_invoice(ctx, identifier, tenant=tenant, actor="tests")
            found.append((document.number, answer["decision"], told(answer["findings"])))
    return found


def under(ctx, policy):
    return replace(ctx, policy=policy)


class TestPurchases:
    @pytest.mark.parametrize("seed", range(FIRST, FIRST + 40, 10))
    def test_clean_purchases_one_after_the_other(self, ctx, seed):
        papers = papers_of([clean(seed + at) for at in range(3)])

        assert stored(under(ctx, POLICY), papers) == tried(ctx, papers, POLICY)

    @pytest.mark.parametrize("name", sorted(FAULTS))
    def test_each_fault(self, ctx, name):
        for seed in range(FIRST, FIRST + 200):
            purchase = clean(seed)
            if FAULTS[name].put(purchase):
                break
        papers = papers_of([purchase])

        assert stored(under(ctx, POLICY), papers) == tried(ctx, papers, POLICY)


def bill(number, day, net="100.00", **more):
    line = {"id": "1", "description": "Widget", "quantity": "1", "unit": "C62", "unit_price": net, "net_amount": net}
    paper = {
        "kind": "invoice", "number": number, "issue_date": day, "currency": "EUR",
        "supplier": {"name": "Nordwind Beispiel GmbH", "vat_id": "DE123456788", "iban": "DE02120300000000202051"},
        "buyer": {"name": "Example Werke GmbH"}, "references": {}, "lines": [line | {"tax_rate": "0"}],
    }  # fmt: skip
    return total(paper | more)


def order(number, day, price="100.00", quantity="1", **more):
    paper = bill(number, day, net=price) | {"kind": "purchase_order", "status": "approved"} | more
    net = str(Decimal(price) * Decimal(quantity))
    paper["lines"][0] |= {"quantity": quantity, "net_amount": net, "match_way": 2}
    return total(paper)


class TestHistory:
    def test_prices_that_creep_up_are_seen(self, ctx):
        policy = Policy.parse({"version": "creep", "creep_percent": "5", "price": {"up_pct": "3"}, "match_way": 2})
        papers = []
        for at, price in enumerate(("100.00", "102.00", "104.00", "107.00")):
            day = f"2026-0{at + 1}-10"
            papers.append(order(f"PO-{at}", day, price))
            row = bill(f"R-{at}", day, price, references={"purchase_order": f"PO-{at}"})
            row["lines"][0] |= {"buyer_item_id": "W-1", "order_line": "1"}
            papers[-1]["lines"][0]["buyer_item_id"] = "W-1"
            papers.append(row)
        papers = [paper | {"received_at": f"{paper['issue_date']}T08:00:00Z"} for paper in papers]

        found = stored(under(ctx, policy), papers)

        assert found == tried(ctx, papers, policy)
        assert "PRICE_CREEP" in {row[0] for row in found[-1][2]}

    def test_orders_split_below_the_limit_are_seen(self, ctx):
        policy = Policy.parse({"version": "split", "approval_limit": "1000", "match_way": 2})
        papers = [order(f"PO-{at}", "2026-03-02", "600.00", created_by="user-1") for at in (1, 2)]
        papers.append(bill("R-1", "2026-03-03", "600.00", references={"purchase_order": "PO-1"}))
        papers = [paper | {"received_at": f"{paper['issue_date']}T08:00:00Z"} for paper in papers]

        found = stored(under(ctx, policy), papers)

        assert found == tried(ctx, papers, policy)
        assert "SPLIT_UNDER_LIMIT" in {row[0] for row in found[-1][2]}

    def test_an_account_of_two_suppliers_is_seen(self, ctx):
        other = {"name": "Fabrikam Example Ltd", "vat_id": "GB999999973", "iban": "DE02120300000000202051"}
        policy = Policy.parse({"version": "bank"})
        papers = [bill("A-1", "2026-03-02", supplier=other), bill("B-7", "2026-03-09", "77.00")]
        papers = [paper | {"received_at": f"{paper['issue_date']}T08:00:00Z"} for paper in papers]

        found = stored(under(ctx, policy), papers)

        assert found == tried(ctx, papers, policy)
        assert "BANK_SHARED" in {row[0] for row in found[-1][2]}

    def test_an_order_named_without_its_word_is_found_whichever_came_first(self, ctx):
        placed = order("PO-4500017", "2026-03-02")
        billed = bill("R-1", "2026-03-09", references={"purchase_order": "4500017"})
        first = receive_document(ctx, canonical.read(billed), tenant=TENANT, actor="tests").id
        receive_document(ctx, canonical.read(placed), tenant=TENANT, actor="tests")

        codes = {f["code"] for f in match_invoice(ctx, first, tenant=TENANT, actor="tests")["findings"]}

        assert "PO_NOT_FOUND" not in codes

    def test_only_so_much_of_a_long_history_is_looked_at(self, ctx):
        for at in range(210):
            paper = bill(f"R-{at}", "2026-03-02", f"{100 + at}.00")
            receive_document(ctx, canonical.read(paper), tenant=TENANT, actor="tests")
        last = receive_document(ctx, canonical.read(bill("R-X", "2026-04-02", "9.00")), tenant=TENANT, actor="tests").id

        with ctx.db.read() as session:
            related = vouchers.related(session, tenant=TENANT, document=last)
            filed = documents.filed(session, tenant=TENANT, identifiers=related)

        assert len(related) == 201
        assert filed[0].document.number == "R-10"

    def test_the_wider_keys_of_papers_that_were_there_before(self, ctx):
        identifier = receive_document(ctx, canonical.read(bill("R-1", "2026-03-02")), tenant=TENANT, actor="tests").id
        with ctx.db.begin() as session:
            before = keys.keys_on_file(session, tenant=TENANT, identifiers={identifier})
            session.execute(keys.DOCUMENT_KEY.delete().where(keys.DOCUMENT_KEY.c.type == "seller"))

        keys.file_anew(ctx.db)

        with ctx.db.read() as session:
            assert keys.keys_on_file(session, tenant=TENANT, identifiers={identifier}) == before


class TestPast:
    def in_tolerance(self, number, day):
        placed = order(f"PO-{number}", day, "100.00")
        billed = bill(f"R-{number}", day, "102.00", references={"purchase_order": f"PO-{number}"})
        billed["lines"][0]["order_line"] = "1"
        return [paper | {"received_at": f"{day}T08:00:00Z"} for paper in (placed, billed)]

    def test_tolerated_differences_add_up_over_bills(self, ctx):
        policy = Policy.parse({"version": "pool", "price": {"up_pct": "5"}, "pool_cap": "5", "match_way": 2})
        papers = [paper for at in range(1, 4) for paper in self.in_tolerance(at, f"2026-03-0{at}")]

        found = stored(under(ctx, policy), papers)

        assert found == tried(ctx, papers, policy)
        assert ["TOLERANCE_POOL" in {row[0] for row in one[2]} for one in found] == [False, False, True]

    def test_a_void_bill_counts_no_longer(self, ctx):
        policy = Policy.parse({"version": "pool", "price": {"up_pct": "5"}, "pool_cap": "5", "match_way": 2})
        papers = [paper for at in range(1, 3) for paper in self.in_tolerance(at, f"2026-03-0{at}")]
        stored(under(ctx, policy), papers)
        with ctx.db.begin() as session:
            (first,) = keys.sharing(session, tenant=TENANT, keys={("number", "R1")})
            documents.set_standing(session, tenant=TENANT, identifier=first, standing=Standing.VOID)

        ((_, _, found),) = stored(under(ctx, policy), self.in_tolerance(3, "2026-03-03"))

        assert "TOLERANCE_POOL" not in {row[0] for row in found}

    def test_a_limit_that_was_raised_for_a_bill_is_told(self, ctx):
        strict = Policy.parse({"version": "1", "price": {"up_abs": "0"}, "match_way": 2})
        loose = Policy.parse({"version": "2", "price": {"up_pct": "5"}, "match_way": 2})
        ((_, decision, found),) = stored(under(ctx, strict), self.in_tolerance(1, "2026-03-01"))
        with ctx.db.begin() as session:
            (identifier,) = keys.sharing(session, tenant=TENANT, keys={("number", "R1")})
        again = match_invoice(under(ctx, loose), identifier, tenant=TENANT, actor="tests")
        later = replace(under(ctx, loose), now=lambda: ctx.now() + timedelta(hours=1))

        assert decision == "hold"
        assert "PRICE_OVER_PO" in {row[0] for row in found}
        assert "CONFIG_LOOSENED" in {finding["code"] for finding in again["findings"]}
        assert match_invoice(later, identifier, tenant=TENANT, actor="tests") == again
