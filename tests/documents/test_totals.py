"""Sums: labels beside and over figures, several rates, charges, and the choice by arithmetic."""

from decimal import Decimal

import pytest

from app.reading import totals
from tests.documents.layout import rows

D = Decimal


def solved(*prints, lines=None, mark="."):
    return totals.solve(totals.sums_of(rows(*prints), mark), None if lines is None else D(lines))


def values(answer):
    return {name: value.value for name, value in answer.values.items() if name in {"net", "tax", "gross"}}


@pytest.mark.parametrize(
    ("net", "tax", "gross"),
    [
        ("Subtotal", "VAT @ 20%", "TOTAL DUE GBP"),
        ("Nettobetrag", "zzgl. 20 % MwSt.", "Rechnungsbetrag EUR"),
        ("Total HT", "TVA 20 % sur 100.00", "Total TTC à payer (EUR)"),
        ("Base imponible", "IVA 20 %", "Total factura"),
        ("Imponibile", "IVA 20%", "Totale fattura"),
        ("Razem netto", "VAT 20%", "Razem brutto"),
        ("Total líquido", "IVA 20%", "Total do documento"),
        ("Netto", "Moms 20%", "Att betala"),
        ("Totaal excl. btw", "Btw 20%", "Totaal incl. btw"),
    ],
)
def test_labels_beside_figures(net, tax, gross):
    answer = solved(
        (350, 500, net),
        (500, 500, "100.00"),
        (350, 514, tax),
        (500, 514, "20.00"),
        (350, 528, gross),
        (500, 528, "120.00"),
    )
    assert values(answer) == {"net": D(100), "tax": D(20), "gross": D(120)}
    assert answer.agrees


def test_labels_over_figures():
    answer = solved(
        (303, 366, "SUBTOTAL", 7), (388, 366, "VAT 21%", 7), (473, 366, "TOTAL EUR", 7),
        (329, 383, "1,180.00"), (426, 383, "247.80"), (499, 383, "1,427.80"),
    )  # fmt: skip
    assert values(answer) == {"net": D("1180.00"), "tax": D("247.80"), "gross": D("1427.80")}


def test_rows_of_figures_under_labels_of_sums_are_no_goods():
    page = rows(
        (150, 360, "Total HT"),
        (300, 360, "TVA 20%"),
        (450, 360, "Total TTC"),
        (150, 373, "100,00"),
        (300, 373, "20,00"),
        (450, 373, "120,00"),
    )
    assert totals.headed(page, ",") == {id(row) for row in page}


def test_several_rates_are_added():
    answer = solved(
        (350, 500, "Net"), (500, 500, "200.00"), (350, 514, "VAT 20%"), (500, 514, "20.00"), (350, 528, "VAT 5%"), (500, 528, "5.00"),
        (350, 542, "Total"), (500, 542, "225.00"),
    )  # fmt: skip
    assert values(answer) == {"net": D(200), "tax": D(25), "gross": D(225)}


def test_a_tax_of_nothing_is_read_where_it_stands():
    answer = solved(
        (306, 345, "Net amount"), (493, 345, "8,075.00"), (306, 363, "VAT 0% (reverse charge)"), (510, 363, "0.00"),
        (306, 380, "Total due EUR"), (493, 380, "8,075.00"),
    )  # fmt: skip
    assert values(answer) == {"net": D(8075), "tax": D(0), "gross": D(8075)}
    assert str(answer.values["tax"].value) == "0.00"
    assert not answer.values["tax"].derived


def test_a_small_tax_of_a_line_does_not_pass_for_the_documents():
    answer = solved(
        (50, 400, "UST"), (500, 400, "0.02"), (300, 500, "Rechnungssumme ohne USt."), (500, 500, "7.67"), (300, 514, "Steuerbetrag"),
        (500, 514, "1.12"), (300, 528, "Bruttosumme"), (500, 528, "8.79"),
    )  # fmt: skip
    assert values(answer) == {"net": D("7.67"), "tax": D("1.12"), "gross": D("8.79")}


def test_compounds_that_begin_with_net():
    answer = solved((378, 349, "Nettobestellwert EUR"), (504, 349, "1.260,00"), lines="1260.00", mark=",")
    assert values(answer)["net"] == D(1260)


def test_what_is_deducted_on_a_credit_note_is_its_gross():
    answer = solved(
        (323, 323, "Total HT"), (511, 323, "79,80 €"), (323, 344, "TVA 20 %"), (511, 344, "15,96 €"), (323, 366, "Net à déduire"),
        (508, 366, "95,76 €"), mark=",",
    )  # fmt: skip
    assert values(answer) == {"net": D("79.80"), "tax": D("15.96"), "gross": D("95.76")}


def test_freight_and_discount_stand_between_the_lines_and_the_net():
    answer = solved(
        (350, 486, "Subtotal"), (500, 486, "100.00"), (350, 500, "Discount"), (500, 500, "-10.00"), (350, 514, "Shipping"), (500, 514, "15.00"),
        (350, 528, "Net amount"), (500, 528, "105.00"), (350, 542, "VAT 20%"), (500, 542, "21.00"), (350, 556, "Total"), (500, 556, "126.00"),
        lines="100.00",
    )  # fmt: skip
    assert values(answer) == {"net": D(105), "tax": D(21), "gross": D(126)}
    assert [(charge.code, charge.amount) for charge, _ in answer.charges] == [("FC", D(15))]
    assert [charge.amount for charge, _ in answer.allowances] == [D(10)]
    assert answer.lines_agree


def test_the_last_row_of_a_table_of_taxes_is_their_sum():
    answer = solved(
        (300, 400, "Netto"), (380, 400, "MwSt"), (460, 400, "Brutto"),
        (110, 413, "A"), (200, 413, "20 %"), (300, 413, "26,00"), (380, 413, "5,20"), (460, 413, "31,20"),
        (110, 426, "B"), (200, 426, "10 %"), (300, 426, "322,73"), (380, 426, "32,27"), (460, 426, "355,00"),
        (110, 439, "C"), (200, 439, "0 %"), (300, 439, "12,60"), (380, 439, "0,00"), (460, 439, "12,60"),
        (110, 452, "Summe"), (300, 452, "361,33"), (380, 452, "37,47"), (460, 452, "398,80"),
        mark=",", lines="398.80",
    )  # fmt: skip
    assert values(answer) == {"net": D("361.33"), "tax": D("37.47"), "gross": D("398.80")}


def test_two_taxes_and_a_rounding_lead_from_the_lines_to_the_total():
    answer = solved(
        (350, 500, "CGST 9%"), (500, 500, "45.14"), (350, 514, "SGST 9%"), (500, 514, "45.14"),
        (350, 528, "Round Off"), (500, 528, "(-)0.28"), (350, 542, "Total"), (500, 542, "591.60"), lines="501.60",
    )  # fmt: skip
    assert values(answer) == {"net": D("501.60"), "tax": D("90.28"), "gross": D("591.60")}


def test_a_total_that_includes_the_tax_is_no_tax():
    answer = solved((300, 600, "Total (inc. GST $3.00)"), (500, 600, "$325.20"))

    assert values(answer)["gross"] == D("325.20")
