"""What is wrong in the sample, as an exact reading of the standard finds it."""

from typing import Any

PURCHASES = {
    "01-schrauben": "4500017701", "02-unterlegscheiben": "4500017716", "03-pumps": "4500017705", "04-it-services": "4500017712",
    "05-cad-licenses": "4500017718", "06-fournitures": "4500017709", "07-nettoyage": "4500017722",
    "08-it-workplaces": "4500017731", "09-werkzeuge": "4500017728", "10-elektro": "4500017734",
    "11-kuehlschmierstoff": "4500017737", "12-papeterie": "4500017725", "13-cartons": "4500017703", "14-directory": None,
}  # fmt: skip


def _planted(
    code: str, file: str, invoice: str | None, line: str | None, at_risk: str | None, story: str, **more: Any
) -> dict[str, Any]:
    return {
        "code": code,
        "file": file,
        "invoice": invoice,
        "line": line,
        "at_risk": at_risk,
        "story": story,
        "entailed": False,
        **more,
    }


PLANTED = [
    _planted("PRICE_OVER_PO", "02-unterlegscheiben/rechnung-RE-2026-11140.pdf", "RE-2026-11140", "1", "16.00",
             "The bolts cost 11.84 for a hundred; the order says 11.20."),
    _planted("PRICE_BASE_MISMATCH", "02-unterlegscheiben/rechnung-RE-2026-11140.pdf", "RE-2026-11140", "2", "2732.40",
             "The washers' price for a hundred is charged for each: 2,760.00 instead of 27.60."),
    _planted("PRICE_OVER_PO", "02-unterlegscheiben/rechnung-RE-2026-11140.pdf", "RE-2026-11140", "2", "2732.40",
             "A hundredfold price is above the order's price too.", entailed=True),
    _planted("QTY_OVER_RECEIVED", "03-pumps/invoice-FAB-26-4471.pdf", "FAB/26/4471", "1", "825.00",
             "Twelve pumps are billed; ten came."),
    _planted("LINE_NOT_ON_PO", "03-pumps/invoice-FAB-26-4476.pdf", "FAB/26/4476", "2", "185.00",
             "A commissioning visit is billed that nobody ordered."),
    _planted("CHARGE_NOT_ON_PO", "03-pumps/invoice-FAB-26-4476.pdf", "FAB/26/4476", None, "48.00",
             "Carriage is charged below the lines; the order has none.", charge="FC"),
    _planted("SUPPLIER_MISMATCH", "03-pumps/invoice-NST-50318.pdf", "NST-50318", None, "383.04",
             "Northgate bills an order that was placed with Fabrikam."),
    _planted("DUP_EXACT", "07-nettoyage/facture-FA-2026-0417-bis.pdf", "FA-2026-0417", None, "968.16",
             "Invoice FA 2026/0417 comes a second time with its number written FA-2026-0417."),
    _planted("QUOTE_PO_MISMATCH", "08-it-workplaces/invoice-CX-2026-1207.pdf", "CX-2026-1207", "1", "600.00",
             "The notebooks were quoted at 1,180.00 and ordered and billed at 1,240.00."),
    _planted("LIC_KEY_REUSED", "08-it-workplaces/invoice-CX-2026-1207.pdf", "CX-2026-1207", "3", "3120.00",
             "The CAD key of this purchase was delivered before, by the publisher, under order 4500017718."),
    _planted("LIC_MISSING", "08-it-workplaces/invoice-CX-2026-1207.pdf", "CX-2026-1207", "4", "1188.00",
             "Ten office suites are billed; no license receipt for them ever came."),
    _planted("LIC_SEATS_SHORT", "08-it-workplaces/invoice-CX-2026-1207.pdf", "CX-2026-1207", "4", "1188.00",
             "No rights at all are fewer than the ten that are billed.", entailed=True),
    _planted("QTY_OVER_ORDERED", "13-cartons/invoice-INV-20958.pdf", "INV-20958", "1", "185.00",
             "600 and now 700 boxes are billed; 1,200 were ordered."),
    _planted("PRICE_OVER_PO", "13-cartons/invoice-INV-20958.pdf", "INV-20958", "2", "27.00",
             "The tape went from 4.80 to 4.98 between two invoices of the same order."),
    _planted("RECEIPT_MISSING", "11-kuehlschmierstoff/rechnung-R-26-5604.pdf", "R 26-5604", "1", None,
             "Six drums are billed before anything came; the invoice waits."),
    _planted("PO_NOT_FOUND", "14-directory/invoice-WED-118204.pdf", "WED-118204", None, "1472.80",
             "The register entry names order 4500099120, which does not exist."),
    _planted("ARITH_TOTALS", "14-directory/invoice-WED-118204.pdf", "WED-118204", None, "45.00",
             "1,180.00 and 247.80 of tax are 1,427.80; the invoice asks for 1,472.80."),
    _planted("DOC_UNREADABLE", "09-werkzeuge/rechnung-AR260922.pdf", "AR260922", None, None,
             "The invoice is a scan; it needs OCR and is clean once it can be read.", until="ocr"),
    _planted("DOC_UNREADABLE", "10-elektro/lieferschein-LF-88417.jpg", None, None, None,
             "The packing slip is a photograph of paper; the goods receipt stands in for it.", until="ocr"),
]  # fmt: skip
