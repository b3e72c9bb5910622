"""A small press: prints purchase documents in random layouts and languages, with the truth beside them.

Everything is drawn by PDFium itself with the standard fonts, so that the tests need no further library.
"""

import ctypes
import io
import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import pypdfium2 as pdfium
from pypdfium2 import raw

WIDTH, HEIGHT = 595, 842
CENT = Decimal("0.01")

WORDS = {
    "en": {
        "invoice": "INVOICE", "credit_note": "CREDIT NOTE", "purchase_order": "PURCHASE ORDER", "quote": "QUOTATION",
        "packing_slip": "PACKING SLIP", "goods_receipt": "GOODS RECEIPT", "number": "No.", "date": "Date",
        "order": "Purchase order", "pos": "Pos", "item": "Item code", "description": "Description", "quantity": "Qty",
        "unit": "Unit", "price": "Unit price", "amount": "Amount", "tax": "VAT", "discount": "Disc. %", "net": "Net total",
        "vat": "VAT 20%", "gross": "Total", "freight": "Freight", "pc": "pcs", "buyer": "Bill to", "supplier": "Supplier",
        "shipped": "Shipped", "backorder": "Backordered", "received": "Received", "accepted": "Accepted", "rejected": "Rejected",
        "carried": "Carried forward",
    },
    "de": {
        "invoice": "Rechnung", "credit_note": "Gutschrift", "purchase_order": "Bestellung", "quote": "Angebot",
        "packing_slip": "Lieferschein", "goods_receipt": "Wareneingang", "number": "Nummer", "date": "Datum",
        "order": "Bestellnummer", "pos": "Pos.", "item": "Art.-Nr.", "description": "Bezeichnung", "quantity": "Menge",
        "unit": "ME", "price": "Einzelpreis", "amount": "Gesamt", "tax": "MwSt.", "discount": "Rabatt %", "net": "Nettobetrag",
        "vat": "zzgl. 19 % MwSt.", "gross": "Gesamtbetrag", "freight": "Versandkosten", "pc": "Stk.", "buyer": "Kunde",
        "supplier": "Lieferant", "shipped": "Geliefert", "backorder": "Rest", "received": "Erhalten",
        "accepted": "Angenommen", "rejected": "Abgelehnt", "carried": "Übertrag",
    },
    "fr": {
        "invoice": "Facture", "credit_note": "Avoir", "purchase_order": "Bon de commande", "quote": "Devis",
        "packing_slip": "Bon de livraison", "goods_receipt": "Bon de réception", "number": "Numéro", "date": "Date",
        "order": "Bon de commande", "pos": "Ligne", "item": "Référence", "description": "Désignation", "quantity": "Quantité",
        "unit": "Unité", "price": "P.U. HT", "amount": "Montant HT", "tax": "TVA", "discount": "Remise %", "net": "Total HT",
        "vat": "TVA 20 %", "gross": "Total TTC", "freight": "Frais de port", "pc": "pce", "buyer": "Facturé à",
        "supplier": "Fournisseur", "shipped": "Livré", "backorder": "Reste à livrer", "received": "Reçu",
        "accepted": "Accepté", "rejected": "Refusé", "carried": "Report",
    },
    "es": {
        "invoice": "Factura", "credit_note": "Factura rectificativa", "purchase_order": "Pedido de compra",
        "quote": "Presupuesto", "packing_slip": "Albarán", "goods_receipt": "Recepción de mercancías", "number": "Número",
        "date": "Fecha", "order": "Su pedido", "pos": "Línea", "item": "Código", "description": "Concepto",
        "quantity": "Cantidad", "unit": "Unidad", "price": "Precio", "amount": "Importe", "tax": "IVA", "discount": "Dto. %",
        "net": "Base imponible", "vat": "IVA 21 %", "gross": "Total factura", "freight": "Portes", "pc": "uds",
        "buyer": "Cliente", "supplier": "Proveedor", "shipped": "Entregado", "backorder": "Pendiente",
        "received": "Recibido", "accepted": "Aceptado", "rejected": "Rechazado", "carried": "Suma y sigue",
    },
    "it": {
        "invoice": "Fattura", "credit_note": "Nota di credito", "purchase_order": "Ordine di acquisto", "quote": "Preventivo",
        "packing_slip": "Documento di trasporto", "goods_receipt": "Ricevimento merci", "number": "Numero", "date": "Data",
        "order": "Vostro ordine", "pos": "Riga", "item": "Codice", "description": "Descrizione", "quantity": "Quantità",
        "unit": "UM", "price": "Prezzo unitario", "amount": "Importo", "tax": "IVA %", "discount": "Sconto %",
        "net": "Imponibile", "vat": "IVA 22%", "gross": "Totale fattura", "freight": "Spese di trasporto", "pc": "pz",
        "buyer": "Cliente", "supplier": "Fornitore", "shipped": "Spedito", "backorder": "Residuo", "received": "Ricevuto",
        "accepted": "Accettato", "rejected": "Respinto", "carried": "A riportare",
    },
    "nl": {
        "invoice": "Factuur", "credit_note": "Creditnota", "purchase_order": "Inkooporder", "quote": "Offerte",
        "packing_slip": "Pakbon", "goods_receipt": "Goederenontvangst", "number": "Nummer", "date": "Datum",
        "order": "Uw bestelling", "pos": "Regel", "item": "Artikelnr.", "description": "Omschrijving", "quantity": "Aantal",
        "unit": "Eenheid", "price": "Prijs", "amount": "Bedrag", "tax": "BTW", "discount": "Korting %",
        "net": "Totaal excl. BTW", "vat": "BTW 21%", "gross": "Totaal incl. BTW", "freight": "Verzendkosten", "pc": "stuks",
        "buyer": "Factuuradres", "supplier": "Leverancier", "shipped": "Geleverd", "backorder": "Nog te leveren",
        "received": "Ontvangen", "accepted": "Goedgekeurd", "rejected": "Afgekeurd", "carried": "Te transporteren",
    },
    "pt": {
        "invoice": "Fatura", "credit_note": "Nota de crédito", "purchase_order": "Nota de encomenda", "quote": "Orçamento",
        "packing_slip": "Guia de remessa", "goods_receipt": "Nota de receção", "number": "Número", "date": "Data",
        "order": "Vossa encomenda", "pos": "Linha", "item": "Referência", "description": "Descrição", "quantity": "Quantidade",
        "unit": "Un.", "price": "Preço unitário", "amount": "Valor", "tax": "IVA", "discount": "Desc. %",
        "net": "Total líquido", "vat": "IVA 23%", "gross": "Total com IVA", "freight": "Portes de envio", "pc": "un",
        "buyer": "Cliente", "supplier": "Fornecedor", "shipped": "Enviado", "backorder": "Pendente", "received": "Recebido",
        "accepted": "Aceite", "rejected": "Rejeitado", "carried": "A transportar",
    },
    "sv": {
        "invoice": "Faktura", "credit_note": "Kreditfaktura", "purchase_order": "Inköpsorder", "quote": "Offert",
        "packing_slip": "Följesedel", "goods_receipt": "Inleverans", "number": "Nummer", "date": "Datum",
        "order": "Ert ordernr", "pos": "Rad", "item": "Artikelnr", "description": "Benämning", "quantity": "Antal",
        "unit": "Enhet", "price": "À-pris", "amount": "Belopp", "tax": "Moms", "discount": "Rabatt %",
        "net": "Summa exkl. moms", "vat": "Moms 25 %", "gross": "Att betala", "freight": "Frakt", "pc": "st",
        "buyer": "Kund", "supplier": "Leverantör", "shipped": "Levererat", "backorder": "Restnoterat",
        "received": "Mottaget", "accepted": "Godkänt", "rejected": "Kasserat", "carried": "Transport till nästa sida",
    },
}  # fmt: skip
GOODS = (
    "Hex bolt M8x40 zinc", "Ball bearing 6204-2RS", "Safety gloves size 9", "LED panel 60x60 cm 40 W", "Copper tube 15 mm",
    "Printer paper A4 80 g", "Hydraulic hose 1/2 inch with fittings", "Cable tie 200 mm black", "Filter cartridge type B",
    "Paint white 10 l", "Steel plate 2 mm 1000x2000", "Gear motor 0.75 kW", "Pallet wrap 500 mm", "Wall socket double",
    "Replacement battery 12 V 7 Ah", "Workshop vacuum bag set of 5", "Consulting, senior engineer", "Valve DN 25 brass",
)  # fmt: skip
LICENSE_WORDS = {
    "en": ("LICENSE CERTIFICATE", "Product", "Publisher", "Metric", "Packs", "Rights per pack", "Rights", "License key", "Entitlement ID", "Valid from", "Valid until"),
    "de": ("Lizenznachweis", "Produkt", "Hersteller", "Metrik", "Pakete", "Rechte je Paket", "Rechte", "Lizenzschlüssel", "Lizenz-ID", "Gültig ab", "Gültig bis"),
    "fr": ("Certificat de licence", "Produit", "Éditeur", "Métrique", "Lots", "Droits par lot", "Droits", "Clé de licence", "ID de licence", "Date de début", "Date de fin"),
    "es": ("Certificado de licencia", "Producto", "Editor", "Métrica", "Paquetes", "Derechos por paquete", "Derechos", "Clave de licencia", "ID licencia", "Fecha de inicio", "Fecha de fin"),
    "it": ("Certificato di licenza", "Prodotto", "Editore", "Metrica", "Pacchetti", "Diritti per pacchetto", "Diritti", "Chiave di licenza", "ID licenza", "Data inizio", "Data fine"),
    "nl": ("Licentiebewijs", "Product", "Uitgever", "Metriek", "Pakketten", "Rechten per pakket", "Rechten", "Licentiesleutel", "Licentie-ID", "Geldig vanaf", "Geldig tot"),
    "pt": ("Certificado de licença", "Produto", "Fabricante", "Métrica", "Pacotes", "Direitos por pacote", "Direitos", "Chave de licença", "ID licença", "Data de início", "Data de fim"),
    "sv": ("Licensbevis", "Produkt", "Utgivare", "Metrik", "Paket", "Rättigheter per paket", "Rättigheter", "Licensnyckel", "Licens-ID", "Giltig från", "Giltig till"),
}  # fmt: skip
PROGRAMS = (
    "Blueprint CAD Professional 2026",
    "Ledger Suite Standard",
    "Mailroom Server",
    "Vector Studio",
    "Backup Agent Plus",
)
RATES = {"en": 20, "de": 19, "fr": 20, "es": 21, "it": 22, "nl": 21, "pt": 23, "sv": 25}


class Paper:
    """A PDF to write words on, from the top left."""

    def __init__(self) -> None:
        self.document = pdfium.PdfDocument.new()
        self.page = self.document.new_page(WIDTH, HEIGHT)

    def turn(self) -> None:
        self.page.gen_content()
        self.page = self.document.new_page(WIDTH, HEIGHT)

    def write(
        self, x: float, y: float, text: str, size: float = 9, align: str = "left", font: str = "Helvetica"
    ) -> None:
        thing = raw.FPDFPageObj_NewTextObj(self.document.raw, font.encode(), size)
        wide = (text + "\x00").encode("utf-16-le")
        raw.FPDFText_SetText(thing, ctypes.cast(wide, ctypes.POINTER(ctypes.c_ushort)))
        if align != "left":
            sides = [ctypes.c_float() for _ in range(4)]
            raw.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, sides))
            width = sides[2].value - sides[0].value
            x -= width if align == "right" else width / 2
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, x, HEIGHT - y)
        raw.FPDFPage_InsertObject(self.page.raw, thing)

    def bytes(self) -> bytes:
        self.page.gen_content()
        out = io.BytesIO()
        self.document.save(out)
        self.document.close()
        return out.getvalue()


@dataclass
class Layout:
    """What is chosen at random for one document."""

    language: str
    size: float
    leading: float
    mark: str
    group: str
    columns: list[str]
    figures: str
    heads: str
    unit_in_quantity: bool
    money_sign: str
    wrap: str
    stacked: bool
    remarks: bool
    headings: bool
    swap: bool
    lefts: dict[str, float] = field(default_factory=dict)


def layout_of(choose: random.Random, kind: str) -> Layout:
    language = choose.choice(list(WORDS))
    mark, group = (".", ",") if language == "en" else (",", choose.choice([".", ".", " ", ""]))
    figures = {
        "packing_slip": ["quantity", "shipped", "backorder"] if choose.random() < 0.6 else ["shipped"],
        "goods_receipt": ["received", "accepted", "rejected"] if choose.random() < 0.7 else ["received"],
    }.get(kind, ["quantity", "price", *(["discount"] if choose.random() < 0.2 else []), "amount"])
    words = ["description"]
    if choose.random() < 0.6:
        words.insert(choose.choice([0, 1]), "item")
    if choose.random() < 0.7:
        words.insert(0, "pos")
    unit_in_quantity = choose.random() < 0.3
    columns = [*words, *figures]
    if not unit_in_quantity and choose.random() < 0.6:
        columns.insert(columns.index(figures[0]) + 1, "unit")
    if len(figures) > 2 and "amount" in figures and choose.random() < 0.4:
        columns.insert(columns.index("amount") + choose.choice([0, 1]), "tax")
    if choose.random() < 0.2 and "amount" in figures:
        # Quantity first, as American forms have it.
        columns.remove("quantity")
        columns.insert(0, "quantity")
        if "pos" in columns:
            columns.remove("pos")
    return Layout(
        language=language,
        size=choose.choice([7.5, 8, 9, 10]),
        leading=choose.choice([1.2, 1.35, 1.6]),
        mark=mark,
        group=group,
        columns=columns,
        figures=choose.choice(["right", "right", "right", "center", "left"]),
        heads=choose.choice(["same", "same", "left", "center"]),
        unit_in_quantity=unit_in_quantity,
        money_sign=choose.choice(["", "", "€", "EUR"]),
        wrap=choose.choice(["none", "top", "top", "center"]),
        stacked=choose.random() < 0.15,
        remarks=choose.random() < 0.2,
        headings=choose.random() < 0.15,
        swap=choose.random() < 0.5,
    )


def shown(value: Decimal, layout: Layout, places: int | None = None) -> str:
    """The number in the document's own style."""
    text = f"{value:,.{places}f}" if places is not None else f"{value:,f}"
    return text.replace(",", "\0").replace(".", layout.mark).replace("\0", layout.group)


def money(value: Decimal, layout: Layout) -> str:
    text = shown(value, layout, 2)
    if not layout.money_sign:
        return text
    return (
        f"{layout.money_sign}{text}"
        if layout.language == "en" and layout.money_sign == "€"
        else f"{text} {layout.money_sign}"
    )


def chosen(choose: random.Random, kind: str | None = None) -> tuple[str, Layout]:
    """The kind and the layout that a document begins with."""
    kind = kind or choose.choice(
        ["invoice", "invoice", "invoice", "credit_note", "purchase_order", "quote", "packing_slip", "goods_receipt"]
    )
    return kind, layout_of(choose, kind)


def document(seed: int, kind: str | None = None) -> tuple[bytes, dict]:
    """A PDF and its truth."""
    choose = random.Random(seed)
    kind, layout = chosen(choose, kind)
    words = WORDS[layout.language]
    paper = Paper()
    number = f"{choose.choice(['', 'A-', 'RE', '2026-'])}{choose.randint(10000, 999999)}"
    day = f"{choose.randint(10, 28)}.{choose.randint(10, 12)}.2026"
    if layout.language in {"en", "fr", "es", "it", "pt"}:
        day = day.replace(".", "/")
    order = f"PO-{choose.randint(1000, 9999)}"
    y = _head(paper, choose, layout, words, kind, (number, day, order))
    lines = [line(choose, layout, kind, at) for at in range(choose.choice([1, 2, 3, 5, 8, 14, 40]))]
    y = table(paper, choose, layout, words, lines, y)
    truth = {"kind": kind, "number": number, "lines": lines}
    if kind != "purchase_order":
        truth["references"] = {"purchase_order": order}
    if "amount" in layout.columns:
        truth["totals"] = _sums(paper, choose, layout, words, lines, y)
    return paper.bytes(), truth


def _head(
    paper: Paper, choose: random.Random, layout: Layout, words: dict, kind: str, values: tuple[str, str, str]
) -> float:
    left, right = (50, 340) if choose.random() < 0.5 else (340, 50)
    paper.write(50, 50, "Sample Works GmbH", 14)
    paper.write(50, 64, "Am Beispiel 12 - 20095 Hamburg", 7)
    title = words[kind]
    if choose.random() < 0.3:
        paper.write(50, 110, f"{title} {values[0]}", 15)
        names = [("date", values[1]), ("order", values[2])]
    else:
        paper.write(50 if choose.random() < 0.5 else 380, 110, title, 16)
        names = [("number", values[0]), ("date", values[1]), ("order", values[2])]
    if kind == "purchase_order":
        names = names[:-1]
    below = choose.random() < 0.25
    y = 140.0
    for at, (name, value) in enumerate(names):
        if below:
            paper.write(50 + at * 150, 225, words[name], 8)
            paper.write(50 + at * 150, 237, value, 9)
        else:
            colon = choose.choice([":", ""])
            paper.write(right, y + at * 14, f"{words[name]}{colon}", 9)
            paper.write(right + 110, y + at * 14, value, 9)
    party = words["supplier" if kind == "purchase_order" else "buyer"]
    paper.write(left, 140, party, 8)
    for at, text in enumerate(("Muster Industrie AG", "Industriestrasse 5", "80331 Muenchen")):
        paper.write(left, 152 + at * 12, text, 9)
    return 275.0


def line(choose: random.Random, layout: Layout, kind: str, at: int) -> dict:
    quantity = Decimal(choose.choice([1, 2, 3, 5, 10, 12, 25, 100, 250, 1500]))
    if choose.random() < 0.1:
        quantity = Decimal("2.5")
    line = {"id": str((at + 1) * choose.choice([1])), "description": choose.choice(GOODS), "quantity": str(quantity)}
    if layout.wrap != "none" and choose.random() < 0.5:
        line["description"] += choose.choice(
            [" galvanised, packed in box", " according to drawing rev. C", " black, 24 months warranty"]
        )
    if "item" in layout.columns:
        line["seller_item_id"] = f"{choose.choice(['HB', 'X', 'AB'])}-{choose.randint(100, 9999)}"
    if "price" in layout.columns:
        price = Decimal(choose.randint(50, 90000)) / 100
        amount = quantity * price
        if "discount" in layout.columns:
            line["discount_percent"] = choose.choice(["0", "5", "10"])
            amount = amount * (100 - Decimal(line["discount_percent"])) / 100
        line |= {"unit_price": str(price), "net_amount": str(amount.quantize(CENT, ROUND_HALF_UP))}
    if kind == "packing_slip" and "backorder" in layout.columns:
        line["outstanding"] = str(choose.choice([0, 0, 2]))
    if kind == "goods_receipt" and "accepted" in layout.columns:
        rejected = choose.choice([0, 0, 1])
        line |= {"received": str(quantity), "accepted": str(quantity - rejected), "rejected": str(rejected)}
    return line


def _spans(layout: Layout) -> dict[str, tuple[float, float]]:
    weights = {
        "description": 3.4,
        "item": 1.2,
        "pos": 0.55,
        "unit": 0.7,
        "tax": 0.7,
        "amount": 1.25,
        "price": 1.25,
        "quantity": 1.0,
    }
    scale = 495 / sum(weights.get(name, 1.05) for name in layout.columns)
    spans, x = {}, 50.0
    for name in layout.columns:
        width = weights.get(name, 1.05) * scale
        spans[name] = (x, x + width - 8)
        x += width
    return spans


def _cell(line: dict, name: str, layout: Layout, words: dict) -> str:  # noqa: PLR0911 (one column, one answer)
    quantity = Decimal(line["quantity"])
    outstanding = Decimal(line.get("outstanding", 0))
    match name:
        case "pos":
            return line["id"]
        case "item":
            return line["seller_item_id"]
        case "quantity" | "shipped" | "received":
            value = quantity + outstanding if name == "quantity" and "shipped" in layout.columns else quantity
            text = shown(value, layout)
            first = next(column for column in layout.columns if column in {"quantity", "shipped", "received"})
            return f"{text} {words['pc']}" if layout.unit_in_quantity and name == first else text
        case "unit":
            return words["pc"]
        case "price":
            return money(Decimal(line["unit_price"]), layout)
        case "amount":
            return money(Decimal(line["net_amount"]), layout)
        case "discount":
            return line["discount_percent"]
        case "tax":
            return f"{RATES[layout.language]}%"
        case "backorder":
            return line["outstanding"]
        case "accepted" | "rejected":
            return shown(Decimal(line[name]), layout)
        case _:
            return line[name]


def _wrapped(text: str, layout: Layout, width: float) -> list[str]:
    room = max(int(width / (layout.size * 0.52)), 12)
    rows, row = [], ""
    for word in text.split():
        if row and len(row) + len(word) + 1 > room:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return [*rows, row]


def _place(span: tuple[float, float], align: str) -> float:
    return {"left": span[0], "right": span[1], "center": (span[0] + span[1]) / 2}[align]


def table(paper: Paper, choose: random.Random, layout: Layout, words: dict, lines: list[dict], y: float) -> float:
    spans = _spans(layout)
    y = _heads(paper, layout, words, spans, y)
    for at, line in enumerate(lines):
        rows = _wrapped(line["description"], layout, spans["description"][1] - spans["description"][0])
        step = layout.size * 1.18
        if y + step * (len(rows) + 2) > 760:
            if choose.random() < 0.4 and "amount" in layout.columns:
                paper.write(spans["amount"][0] - 110, y, words["carried"], layout.size)
                so_far = sum((Decimal(entry["net_amount"]) for entry in lines[:at]), Decimal(0))
                paper.write(spans["amount"][1], y, money(so_far, layout), layout.size, "right")
            paper.write(300, 815, "- 1 -", 7)
            paper.turn()
            y = _heads(paper, layout, words, spans, 60)
        if layout.headings and at in {0, 3}:
            paper.write(50, y, "Section A" if at == 0 else "Section B", layout.size + 1, font="Helvetica-Bold")
            y += layout.size * layout.leading * 1.6
        middle = y + step * (len(rows) - 1) / 2 if layout.wrap == "center" else y
        for name in layout.columns:
            if name == "description":
                for number, row in enumerate(rows):
                    paper.write(spans[name][0], y + number * step, row, layout.size)
                continue
            align = "left" if name in {"pos", "item", "unit"} else layout.figures
            paper.write(_place(spans[name], align), middle, _cell(line, name, layout, words), layout.size, align)
        y += step * (len(rows) - 1)
        if layout.remarks:
            y += step
            paper.write(spans["description"][0] + 8, y, "Lot: A-4711, origin DE", layout.size - 1)
        y += layout.size * layout.leading * 1.35
    return y


def _heads(paper: Paper, layout: Layout, words: dict, spans: dict, y: float) -> float:
    for name in layout.columns:
        own = "left" if name in {"pos", "item", "unit", "description"} else layout.figures
        align = own if layout.heads == "same" else layout.heads
        parts = words[name].rsplit(" ", 1) if layout.stacked else [words[name]]
        for at, part in enumerate(parts):
            paper.write(
                _place(spans[name], align), y + at * layout.size * 1.15, part, layout.size, align, "Helvetica-Bold"
            )
    return y + layout.size * (3.2 if layout.stacked else 2.0)


def _sums(paper: Paper, choose: random.Random, layout: Layout, words: dict, lines: list[dict], y: float) -> dict:
    if y > 700:
        paper.turn()
        y = 80
    freight = Decimal(choose.randint(500, 9000)) / 100 if choose.random() < 0.25 else Decimal(0)
    total = sum((Decimal(line["net_amount"]) for line in lines), Decimal(0))
    net = total + freight
    tax = (net * RATES[layout.language] / 100).quantize(CENT, ROUND_HALF_UP)
    rows = [
        *([(words["freight"], freight)] if freight else []),
        (words["net"], net),
        (words["vat"], tax),
        (words["gross"], net + tax),
    ]
    right = 545 if choose.random() < 0.7 else 380
    y += layout.size * 1.5
    for name, value in rows:
        paper.write(right - 190, y, name, layout.size)
        paper.write(right, y, money(value, layout), layout.size, "right")
        y += layout.size * 1.5
    return {"net": str(net), "tax": str(tax), "gross": str(net + tax)}


def license_receipt(seed: int) -> tuple[bytes, dict]:
    """A license receipt and its truth, as a table or as a form."""
    choose = random.Random(seed)
    layout = layout_of(choose, "packing_slip")
    words, names = WORDS[layout.language], LICENSE_WORDS[layout.language]
    paper = Paper()
    number, order, day = (
        f"LC-{choose.randint(1000, 99999)}",
        f"PO-{choose.randint(1000, 9999)}",
        f"{choose.randint(13, 28)}.11.2026",
    )
    y = _head(paper, choose, layout, {**words, "license_receipt": names[0]}, "license_receipt", (number, day, order))
    lines = [_license(choose, at) for at in range(choose.choice([1, 2, 3]))]
    if choose.random() < 0.5:
        _form(paper, layout, names, lines, y)
    else:
        _license_table(paper, choose, layout, names, lines, y)
    return paper.bytes(), {
        "kind": "license_receipt",
        "number": number,
        "references": {"purchase_order": order},
        "lines": lines,
    }


def _license(choose: random.Random, at: int) -> dict:
    packs, each = choose.choice([1, 2, 5]), choose.choice([5, 10, 25])
    key = "-".join("".join(choose.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(4)) + "7" for _ in range(4))
    held = {
        "product": PROGRAMS[(at + choose.randrange(5)) % 5] + f" {at + 1}",
        "publisher": "Sample Software Ltd",
        "metric": "named user",
    }
    held |= {"packs": str(packs), "rights_per_pack": str(each), "rights": str(packs * each), "keys": [key]}
    return {
        "description": held["product"],
        "license": held
        | {"entitlement_ids": [f"ENT-{choose.randint(10000, 99999)}"], "start": "2026-12-01", "end": "2027-11-30"},
    }


_FIELDS = (
    "product",
    "publisher",
    "metric",
    "packs",
    "rights_per_pack",
    "rights",
    "keys",
    "entitlement_ids",
    "start",
    "end",
)


def _told(held: dict, name: str, layout: Layout) -> str:
    value = held[name]
    if name in {"start", "end"}:
        year, month, day = value.split("-")
        return f"{day}.{month}.{year}" if layout.mark == "," else f"{day}/{month}/{year}"
    return value[0] if isinstance(value, list) else value


def _form(paper: Paper, layout: Layout, names: tuple, lines: list[dict], y: float) -> None:
    for line in lines:
        for name, label in zip(_FIELDS, names[1:], strict=True):
            paper.write(60, y, f"{label}:" if layout.swap else label, layout.size)
            paper.write(220, y, _told(line["license"], name, layout), layout.size)
            y += layout.size * 1.5
        y += layout.size * 1.2


def _license_table(
    paper: Paper, choose: random.Random, layout: Layout, names: tuple, lines: list[dict], y: float
) -> None:
    columns = [
        "product",
        *choose.sample(["publisher", "metric"], choose.choice([0, 1])),
        "packs",
        "rights_per_pack",
        "rights",
        "keys",
    ]
    widths = {"product": 130, "keys": 130, "rights_per_pack": 75}
    x = 40.0
    for name in columns:
        label = names[1 + _FIELDS.index(name)]
        width = widths.get(name, 62)
        align = "right" if name in {"packs", "rights", "rights_per_pack"} else "left"
        parts = label.split(" ", 1) if len(label) > 10 else [label]
        for at, part in enumerate(parts):
            paper.write(_place((x, x + width - 10), align), y + at * 9, part, 8, align, "Helvetica-Bold")
        for at, line in enumerate(lines):
            paper.write(
                _place((x, x + width - 10), align), y + 28 + at * 18, _told(line["license"], name, layout), 7.5, align
            )
        x += width
    for line in lines:
        for name in set(_FIELDS) - set(columns):
            line["license"].pop(name, None)
