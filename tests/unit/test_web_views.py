"""What the pages draw from: sentences, tolerances, held sums, crops, addresses."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.documents.document import Document, Line
from app.documents.evidence import Evidence, Method
from app.documents.money import Money
from app.linking.filed import Standing
from app.matching.rule import RULES
from app.storage.documents import Record, State
from app.web.pages.sign_in import _ours
from app.web.views import strips, timeline
from app.web.views.case import held_on
from app.web.views.documents import view
from app.web.views.facts import Facts, LineAt
from app.web.views.findings import FindingView, Piece, PlaceView, tied, tolerance
from app.web.views.reference import operations


def place(text, kind="invoice", *, score="0.99", value=None, pointer="/lines/0/unit_price", page=None, box=None):
    return PlaceView(
        document=f"doc_{kind}",
        kind=kind,
        number="N1",
        pointer=pointer,
        page=page,
        box=box,
        text=text,
        value=None if value is None else Decimal(value),
        method="pdf",
        score=Decimal(score),
    )


def finding(code="PRICE_OVER_PO", why="", at_risk="16.00", severity="hold", state="open", places=(), **more):
    told = {
        "id": f"fnd_{code}",
        "code": code,
        "title": "Price above order",
        "version": 1,
        "severity": severity,
        "line": "10",
        "order_line": "10",
        "expected": None,
        "actual": None,
        "percent": None,
        "at_risk": Money.of(at_risk, "EUR"),
        "why": why,
        "suppressed_by": None,
        "tolerance": None,
        "places": tuple(places),
        "state": state,
        "reason": None,
    }
    return FindingView(**told | more)


def record(kind, document=None, *, pages=((595.0, 842.0),), identifier=None, **more):
    told = {
        "id": identifier or f"doc_{kind}",
        "sequence": 1,
        "state": State.READ,
        "standing": Standing.PENDING,
        "kind": kind,
        "number": "N1",
        "verdict": "ok",
        "reason": None,
        "file_sha256": "0" * 64,
        "part": 0,
        "file_name": "n1.pdf",
        "media_type": None,
        "pages": pages,
        "kind_given": None,
        "source": None,
        "external_id": None,
        "received_by": "auditor:ap-desk",
        "received_at": datetime(2026, 11, 22, tzinfo=UTC),
        "arrived_at": datetime(2026, 11, 22, tzinfo=UTC),
        "read_at": None,
        "revision": 1,
        "document": document,
        "doubts": (),
    }
    return Record(**told | more)


def read_at(x0, top, x1, bottom, *, page=1, text="", score="0.99"):
    box = tuple(Decimal(edge) for edge in (x0, top, x1, bottom))
    return Evidence(page=page, box=box, text=text, method=Method.PDF, score=Decimal(score))


class TestSentences:
    def test_the_sentence_is_told_apart_from_the_arithmetic(self):
        why = "The invoice charges 0.1184 each; the order says 0.1120. 2,500 × 0.0064 = 16.00; 5.71 % is over 2 %."
        sentence, worked = finding(why=why).sentences

        assert sentence == "The invoice charges 0.1184 each; the order says 0.1120."
        assert worked == ("2,500 × 0.0064 = 16.00", "5.71 % is over 2 %")

    def test_a_sentence_without_arithmetic_stays_whole(self):
        assert finding(why="No order fits. Look for one.").sentences == ("No order fits. Look for one.", ())

    def test_figures_are_tied_to_the_papers_they_stand_on(self):
        pieces = tied("It charges 0.1184; the order says 0.1120.", [place("0.1184"), place("0.1120", "purchase_order")])

        assert pieces == (
            Piece("It charges "),
            Piece("0.1184", "invoice"),
            Piece("; the order says "),
            Piece("0.1120", "purchase_order"),
            Piece("."),
        )

    def test_a_figure_printed_in_another_language_is_tied_by_its_value(self):
        pieces = tied(
            "Billed are 2,500 at 3.45.", [place("2.500", value="2500"), place("3,45", value="3.45", score="0.5")]
        )

        assert [piece.text for piece in pieces if piece.kind] == ["2,500", "3.45"]
        assert [piece.unsure for piece in pieces if piece.kind] == [False, True]

    def test_a_part_of_a_longer_figure_is_left_alone(self):
        assert tied("In all 1,250.00 and 12.5.", [place("250"), place("12")]) == (Piece("In all 1,250.00 and 12.5."),)


class TestTolerance:
    @pytest.mark.parametrize(
        ("limit", "told"),
        [
            (
                {"up_pct": "2", "source": "supplier"},
                "2\N{NO-BREAK SPACE}% above, from what was agreed for this supplier",
            ),
            ({"up_abs": "0", "source": "default"}, "nothing above, from the default of the standard"),
            (
                {"up_pct": "2", "up_abs": "10.00", "combine": "all", "source": "contract"},
                "2\N{NO-BREAK SPACE}% and 10.00 in all above, from the contract",
            ),
            (None, None),
        ],
    )
    def test_is_said_with_its_source(self, limit, told):
        assert tolerance(limit) == told


class TestHeld:
    line = Line(id="10", net_amount=Decimal("296.00"))

    def test_findings_about_the_same_figure_overlap(self):
        both = [finding("QTY_OVER_ORDERED", at_risk="50.00"), finding("QTY_OVER_RECEIVED", at_risk="80.00")]
        assert held_on(self.line, both) == Decimal("80.00")

    def test_findings_about_different_figures_add_up_to_no_more_than_the_line(self):
        assert held_on(self.line, [finding(at_risk="16.00"), finding("QTY_OVER_ORDERED", at_risk="50.00")]) == 66
        assert held_on(self.line, [finding(at_risk="16.00"), finding("QTY_OVER_ORDERED", at_risk="290.00")]) == 296

    def test_warnings_and_what_was_let_pass_hold_nothing(self):
        assert held_on(self.line, [finding(severity="warn"), finding(state="waived")]) is None

    def test_the_codes_used_here_are_registered(self):
        assert {"PRICE_OVER_PO", "QTY_OVER_ORDERED", "QTY_OVER_RECEIVED"} <= set(RULES)


class TestStrips:
    document = Document(
        kind="invoice",
        lines=(Line(id="10", description="Bolt", quantity=Decimal(2500), unit="C62", unit_price=Decimal("0.1184")),),
        evidence={
            "/lines/0/description": read_at(85, 170, 250, 182),
            "/lines/0/quantity": read_at(310, 170, 330, 182),
            "/lines/0/unit_price": read_at(420, 170, 440, 182),
            "/totals/net": read_at(500, 600, 540, 612),
        },
    )

    def facts(self, invoice):
        return Facts(invoice=invoice, match=None, papers={invoice.id: invoice}, links=(), exceptions=())

    def test_the_line_is_cut_out_over_the_printed_width_and_the_figure_boxed(self):
        invoice = record("invoice", self.document)
        price = place("0.1184", page=1, box=(420.0, 170.0, 440.0, 182.0))
        (strip,) = strips.of_line(self.facts(invoice), LineAt(invoice, 0), [finding(places=[price])])

        (crop,) = strip.crops
        assert (crop.x, crop.x + crop.width) == (73.0, 552.0)
        assert (crop.y, crop.y + crop.height) == (155.0, 197.0)
        assert [(mark.x, mark.strong) for mark in crop.marks] == [(418.0, True), (308.0, False)]
        assert crop.url == f"/pictures/{invoice.id}/crop.webp?page=1&box=73.0,155.0,552.0,197.0&scale=2.5"

    def test_what_stands_far_from_the_line_is_a_crop_of_its_own(self):
        invoice = record("invoice", self.document)
        total = place("296.00", pointer="/totals/net", page=1, box=(500.0, 600.0, 540.0, 612.0))
        (strip,) = strips.of_line(self.facts(invoice), LineAt(invoice, 0), [finding(places=[total])])

        assert len(strip.crops) == 2

    def test_without_paper_there_are_fields(self):
        document = Document(kind="invoice", lines=self.document.lines)
        invoice = record("invoice", document, pages=())
        told = [finding(places=[place(None)])]
        (strip,) = strips.of_line(self.facts(invoice), LineAt(invoice, 0), told)

        assert strip.crops == ()
        assert [(field.name, field.value, field.strong) for field in strip.fields] == [
            ("Description", "Bolt", False),
            ("Quantity", "2,500 pcs", False),
            ("Unit price", "0.1184", True),
        ]

    def test_values_of_a_document_name_their_boxes(self):
        paper = view(record("invoice", self.document))

        anchors = {mark.anchor for mark in paper.pages[0].marks}
        assert {value.anchor for value in paper.rows[0].values if value} <= anchors
        assert "box-lines-0-unit-price" in anchors


class TestTimeline:
    def test_events_are_sentences(self):
        told = timeline.told("exception.opened", {"rule": "PRICE_OVER_PO"}, "")
        assert told == f"Found: {RULES['PRICE_OVER_PO'].title}"
        body = {"decision": "hold", "held": "61.00", "payable": "815.50", "currency": "EUR", "policy_version": "2026-1"}
        assert timeline.told("invoice.matched", body, "") == (
            "Checked: hold, EUR 61.00 held, EUR 815.50 supported (policy 2026-1)"
        )

    def test_an_event_that_is_not_known_here_is_named_all_the_same(self):
        assert timeline.told("vendor.became_famous", {}, "") == "Vendor became famous"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "queue", ""]
)
def test_signing_in_never_leads_to_another_site(target):
    assert _ours(target) == "/queue"


def test_signing_in_leads_back_to_where_one_was():
    assert _ours("/cases/inv_1?line=10") == "/cases/inv_1?line=10"


def test_the_description_of_the_api_is_read_in_its_own_order():
    schema = {
        "paths": {
            "/v1/things": {
                "post": {
                    "operationId": "add_thing",
                    "tags": ["things"],
                    "summary": "Add a thing",
                    "parameters": [{"name": "dry", "in": "query", "schema": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}}],
                    "requestBody": {"content": {"application/json": {"example": {"a": 1}}}},
                    "responses": {"404": {"description": "Unknown."}, "200": {}, "default": {}},
                },
                "get": {"operationId": "list_things", "tags": ["things"], "responses": {}},
            }
        }
    }  # fmt: skip
    groups = operations(schema)

    got, added = groups["things"]
    assert (got.id, added.id) == ("list_things", "add_thing")
    assert added.parameters[0].kind == "boolean"
    assert added.answers == ((200, "OK"), (404, "Unknown."))
    assert added.example == '{\n  "a": 1\n}'
