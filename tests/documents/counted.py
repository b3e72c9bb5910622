"""Papers that count goods and name no price, in random layouts and languages, with the truth beside them."""

import random

from tests.documents.press import GOODS, Paper

# Title, number, item, description, ordered, sent, outstanding, received, accepted, rejected, lot, order line.
HEADS = {
    "en": ("Delivery note", "Goods received note", "No.", "Item code", "Description", "Ordered", "Delivered", "To follow", "Received", "Accepted", "Rejected", "Batch", "PO line"),
    "us": ("Packing slip", "Receiving report", "#", "Part no.", "Description", "Qty ord", "Qty ship", "B/O", "Qty rcvd", "OK", "Dmg", "Lot #", "PO ln"),
    "de": ("Lieferschein", "Wareneingangsschein", "Nr.", "Art.-Nr.", "Bezeichnung", "bestellt", "geliefert", "Restmenge", "Ist", "i.O.", "n.i.O.", "Charge", "Best.-Pos."),
    "fr": ("Bon de livraison", "Bon de réception", "N°", "Réf.", "Désignation", "Qté cdée", "Qté livrée", "Reliquat", "Qté reçue", "Acceptée", "Refusée", "N° lot", "Ligne cde"),
    "es": ("Albarán", "Nota de recepción", "N.º", "Código", "Descripción", "Pedido", "Servido", "Pendiente", "Recibida", "Aceptada", "Rechazada", "Lote", "Lín. pedido"),
    "it": ("Documento di trasporto", "Ricevimento merci", "N.", "Codice", "Descrizione", "Ordinato", "Consegnato", "Residuo", "Ricevuto", "Accettato", "Respinto", "Lotto", "Riga ordine"),
    "nl": ("Pakbon", "Ontvangstbon", "Nr.", "Artikelnr.", "Omschrijving", "Besteld", "Geleverd", "Na te leveren", "Ontvangen", "Goedgekeurd", "Afgekeurd", "Partij", "Orderregel"),
    "sv": ("Följesedel", "Inleverans", "Nr", "Artikelnr", "Benämning", "Beställt", "Levererat", "Rest", "Mottaget", "Godkänt", "Kasserat", "Batch", "Orderrad"),
}  # fmt: skip


def document(seed: int) -> tuple[bytes, dict]:
    """A slip or a receipt and its truth; columns are close, and numbers of articles break in narrow ones."""
    choose = random.Random(seed)
    words = HEADS[choose.choice(sorted(HEADS))]
    slip = choose.random() < 0.5
    paper, number = Paper(), f"{choose.choice(['DN-', '26/', 'A'])}{choose.randint(10000, 99999)}"
    paper.write(50, 50, "Sample Works Ltd", 14)
    paper.write(50, 90, words[0] if slip else words[1], choose.choice([12, 15, 18]))
    paper.write(50, 112, f"{words[2]} {number}", 9)
    paper.write(50, 124, f"PO: PO-{choose.randint(1000, 9999)}", 9)
    lines = [_line(choose, slip=slip) for _ in range(choose.choice([2, 3, 6]))]
    names = [
        "seller_item_id", "description",
        *(["lot"] if choose.random() < 0.4 else []), *(["order_line"] if choose.random() < 0.4 else []),
        *(["ordered", "quantity"] if slip else ["received", "accepted", "rejected"]),
        *(["outstanding"] if slip and choose.random() < 0.6 else []),
    ]  # fmt: skip
    _table(paper, choose, words, names, lines)
    for line in lines:
        for name in ({*line} - {"quantity", *names}) | {"ordered"}:
            line.pop(name, None)
    return paper.bytes(), {"kind": "packing_slip" if slip else "goods_receipt", "number": number, "lines": lines}


def _line(choose: random.Random, *, slip: bool) -> dict:
    ordered, short = choose.randint(5, 900), choose.choice([0, 0, 1, 4])
    line = {
        "seller_item_id": f"{choose.choice('ABCD')}{choose.choice('XYZ')}-{choose.randint(100, 999)}-{choose.choice(['BK', 'W', '310', '07'])}",
        "description": choose.choice(GOODS),
        "lot": f"L{choose.randint(1000, 9999)}",
        "order_line": str(choose.choice([10, 20, 30, 40])),
    }  # fmt: skip
    if slip:
        return line | {"ordered": str(ordered), "quantity": str(ordered - short), "outstanding": str(short)}
    counts = {"received": str(ordered), "accepted": str(ordered - short), "rejected": str(short)}
    return line | counts | {"quantity": str(ordered)}


def _table(paper: Paper, choose: random.Random, words: tuple, names: list[str], lines: list[dict]) -> None:
    order = ("seller_item_id", "description", "ordered", "quantity", "outstanding", "received", "accepted", "rejected", "lot", "order_line")  # fmt: skip
    head = dict(zip(order, words[3:], strict=True))
    broken, gap = choose.random() < 0.4, choose.choice([9, 14, 22])
    x, y = 40.0, 170.0
    for name in names:
        label = head[name]
        width = {"seller_item_id": 48 if broken else 66, "description": 190}.get(name, max(len(label) * 5.2, 36.0))
        counted = name not in {"seller_item_id", "description", "lot", "order_line"}
        edge, align = (x + width, "right") if counted else (x, "left")
        paper.write(edge, y, label, 9, align, "Helvetica-Bold")
        for at, line in enumerate(lines):
            top = y + 22 + 30 * at
            text = line[name]
            first = text[: text.rindex("-") + 1] if broken and name == "seller_item_id" else text
            paper.write(edge, top, first, 9, align)
            if first != text:
                paper.write(edge, top + 11, text[len(first) :], 9)
        x += width + gap
