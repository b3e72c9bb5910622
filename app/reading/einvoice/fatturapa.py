"""FatturaPA 1.2: invoices and credit notes of the Italian exchange, several in one file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.documents.document import Basis, Charge, Document, Line, Party, Period, TaxBreakdown, Totals
from app.reading.einvoice.collect import Collected, at_most, positive
from app.reading.einvoice.tree import Node

_SPACES = ("http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/", "http://www.fatturapa.gov.it/sdi/fatturapa/")
_CREDITS = frozenset({"TD04", "TD08"})
# The codes of an article that are numbers of GS1, and those that are the buyer's own.
_GTIN = frozenset({"EAN", "GTIN", "EAN13", "SSC"})
_BUYERS = frozenset({"CODICE CLIENTE", "COD. CLIENTE", "CLIENTE"})


def knows(space: str, local: str) -> bool:
    """Whether the root element is that of an ordinary FatturaPA."""
    return local == "FatturaElettronica" and space.startswith(_SPACES)


def prefix_of(space: str) -> str | None:
    """The usual prefix of the root's namespace; everything under it has none."""
    return "" if not space else "p" if space.startswith(_SPACES) else None


def read(root: Node) -> tuple[Document, ...]:
    """The documents under the root, one a body."""
    head = root.at("FatturaElettronicaHeader") or root
    return tuple(_Reader(head, body).document() for body in root.all("FatturaElettronicaBody"))


class _Reader:
    def __init__(self, head: Node, body: Node) -> None:
        self.head = head
        self.body = body
        self.general = body.at("DatiGenerali/DatiGeneraliDocumento") or body
        self.found = Collected()

    def document(self) -> Document:
        found, body, general = self.found, self.body, self.general
        type_code = found.text("/type_code", general.at("TipoDocumento"))
        charges, allowances = self._charges(general)
        document = Document(
            kind="credit_note" if type_code in _CREDITS else "invoice",
            number=found.text("/number", general.at("Numero")),
            issue_date=found.day("/issue_date", general.at("Data")),
            due_date=found.day("/due_date", body.at("DatiPagamento/DettaglioPagamento/DataScadenzaPagamento")),
            currency=found.currency(general.at("Divisa")),
            type_code=type_code,
            supplier=self._party("/supplier", self.head.at("CedentePrestatore"), pays=False),
            buyer=self._party("/buyer", self.head.at("CessionarioCommittente"), pays=True),
            references=found.references(
                purchase_order=body.at("DatiGenerali/DatiOrdineAcquisto/IdDocumento"),
                contract=body.at("DatiGenerali/DatiContratto/IdDocumento"),
                receiving_advice=body.at("DatiGenerali/DatiRicezione/IdDocumento"),
                despatch_advice=body.at("DatiGenerali/DatiDDT/NumeroDDT"),
                preceding_invoice=body.at("DatiGenerali/DatiFattureCollegate/IdDocumento"),
            ),
            lines=tuple(self._lines()),
            charges=charges,
            allowances=allowances,
            tax_breakdown=tuple(self._breakdown()),
            totals=self._sums(),
            payment_terms=found.joined("/payment_terms", body.all("DatiPagamento/CondizioniPagamento")),
            delivery_date=found.day("/delivery_date", body.at("DatiGenerali/DatiTrasporto/DataOraConsegna")),
            note=found.joined("/note", general.all("Causale"), glue=" "),
            evidence=found.evidence,
        )
        return positive(document)

    def _party(self, pointer: str, party: Node | None, *, pays: bool) -> Party:
        if party is None:
            return Party()
        found = self.found
        tax, seat = party.at("DatiAnagrafici/IdFiscaleIVA"), party.at("Sede")
        person = party.at("DatiAnagrafici/Anagrafica")
        vat = f"{tax.says('IdPaese') or ''}{tax.says('IdCodice') or ''}" if tax is not None else None
        name = person.says("Denominazione") if person is not None else None
        if person is not None and name is None:
            name = " ".join(filter(None, [person.says("Nome"), person.says("Cognome")]))
        account = None if pays else self.body.at("DatiPagamento/DettaglioPagamento")
        return Party(
            name=found.worded(f"{pointer}/name", person, name),
            vat_id=found.worded(f"{pointer}/vat_id", tax, vat),
            address=found.worded(f"{pointer}/address", seat, _address(seat)),
            **found.texts(
                pointer,
                legal_id=party.at("DatiAnagrafici/CodiceFiscale"),
                country=party.at("Sede/Nazione"),
                phone=party.at("Contatti/Telefono"),
                email=party.at("Contatti/Email"),
                iban=account.at("IBAN") if account is not None else None,
                bic=account.at("BIC") if account is not None else None,
            ),
        )

    def _breakdown(self) -> Iterator[TaxBreakdown]:
        for at, part in enumerate(self.body.all("DatiBeniServizi/DatiRiepilogo")):
            pointer = f"/tax_breakdown/{at}"
            yield TaxBreakdown(
                category=self.found.text(f"{pointer}/category", part.at("Natura")),
                rate=self.found.number(f"{pointer}/rate", part.at("AliquotaIVA")),
                taxable=self.found.number(f"{pointer}/taxable", part.at("ImponibileImporto")),
                tax=self.found.number(f"{pointer}/tax", part.at("Imposta")),
            )

    def _sums(self) -> Totals:
        """The sums; net and tax stand only by rate and are added up here."""
        found = self.found
        gross = found.number("/totals/gross", self.general.at("ImportoTotaleDocumento"))
        parts = list(self.body.all("DatiBeniServizi/DatiRiepilogo"))
        scratch = Collected()
        sums: dict[str, Decimal | None] = {}
        for name, path in (("net", "ImponibileImporto"), ("tax", "Imposta")):
            values = [value for part in parts if (value := scratch.number("/", part.at(path))) is not None]
            sums[name] = found.derived(f"/totals/{name}", parts[0], sum(values, Decimal(0))) if values else None
        if gross is None and sums["net"] is not None and sums["tax"] is not None:
            gross = found.derived("/totals/gross", parts[0], sums["net"] + sums["tax"])
        return Totals(gross=gross, rounding=found.number("/totals/rounding", self.general.at("Arrotondamento")), **sums)

    def _charges(self, holder: Node) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for node in holder.all("ScontoMaggiorazione"):
            side = "charges" if node.says("Tipo") == "MG" else "allowances"
            pointer = f"/{side}/{len(sides[side])}"
            charge = self.found.charge(pointer, amount=node.at("Importo"), percent=node.at("Percentuale"))
            if charge is not None:
                sides[side].append(charge)
        return tuple(sides["charges"]), tuple(sides["allowances"])

    def _lines(self) -> Iterator[Line]:
        orders = list(self.body.all("DatiGenerali/DatiOrdineAcquisto"))
        for at, node in enumerate(at_most(list(self.body.all("DatiBeniServizi/DettaglioLinee")))):
            yield self._line(f"/lines/{at}", node, orders)

    def _line(self, pointer: str, node: Node, orders: list[Node]) -> Line:
        found = self.found
        number = node.says("NumeroLinea")
        own = [order for order in orders if number and number in {n.text for n in order.all("RiferimentoNumeroLinea")}]
        quantity = found.number(f"{pointer}/quantity", node.at("Quantita"))
        price = found.number(f"{pointer}/unit_price", node.at("PrezzoUnitario"))
        amount = found.number(f"{pointer}/net_amount", node.at("PrezzoTotale"))
        start = found.day(f"{pointer}/period/start", node.at("DataInizioPeriodo"))
        end = found.day(f"{pointer}/period/end", node.at("DataFinePeriodo"))
        charges, allowances = self._discount(pointer, node, quantity, price, amount)
        return Line(
            quantity=quantity,
            unit_price=price,
            net_amount=amount,
            # Without a quantity the price is the whole amount.
            basis=Basis.AMOUNT if quantity is None and amount is not None else None,
            tax_rate=found.number(f"{pointer}/tax_rate", node.at("AliquotaIVA")),
            period=Period(start=start, end=end) if start or end else None,
            charges=charges,
            allowances=allowances,
            **found.texts(
                pointer,
                id=node.at("NumeroLinea"),
                description=node.at("Descrizione"),
                tax_category=node.at("Natura"),
                purchase_order=own[0].at("IdDocumento") if own else None,
                order_line=own[0].at("NumItem") if own else None,
                **self._codes(node),
            ),
            **found.unit_word(pointer, node.at("UnitaMisura")),
        )

    def _codes(self, node: Node) -> dict[str, Any]:
        codes: dict[str, Node | None] = {}
        for code in node.all("CodiceArticolo"):
            sort = (code.says("CodiceTipo") or "").upper()
            name = "gtin" if sort in _GTIN else "buyer_item_id" if sort in _BUYERS else "seller_item_id"
            codes.setdefault(name, code.at("CodiceValore"))
        return codes

    def _discount(
        self, pointer: str, node: Node, quantity: Decimal | None, price: Decimal | None, amount: Decimal | None
    ) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        """What the discounts and surcharges come to: prices stand before them, amounts after."""
        steps = list(node.all("ScontoMaggiorazione"))
        if not steps or price is None or amount is None:
            return (), ()
        gap = (Decimal(1) if quantity is None else quantity) * price - amount
        if gap == 0:
            return (), ()
        side = "allowances" if gap > 0 else "charges"
        value = self.found.derived(f"{pointer}/{side}/0/amount", steps[0], abs(gap))
        percent = steps[0].at("Percentuale") if len(steps) == 1 else None
        charge = Charge(amount=value, percent=self.found.number(f"{pointer}/{side}/0/percent", percent))
        return ((), (charge,)) if gap > 0 else ((charge,), ())


def _address(seat: Node | None) -> str | None:
    if seat is None:
        return None
    street = " ".join(filter(None, [seat.says("Indirizzo"), seat.says("NumeroCivico")]))
    city = " ".join(filter(None, [seat.says("CAP"), seat.says("Comune"), seat.says("Provincia")]))
    return ", ".join(filter(None, [street, city])) or None
