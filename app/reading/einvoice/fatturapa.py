"""FatturaPA 1.2: invoices and credit notes of the Italian exchange, several in one file."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from app.documents.document import Account, Basis, Charge, Document, Line, Party, Payment, Period, TaxBreakdown, Totals
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
                tender=_one_of(body, "CodiceCIG"),
                project=_one_of(body, "CodiceCUP"),
                accounting=self.head.at("CedentePrestatore/RiferimentoAmministrazione"),
            ),
            payment=self._payment(),
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
                electronic_address=self._mailbox() if pays else None,
                iban=account.at("IBAN") if account is not None else None,
                bic=account.at("BIC") if account is not None else None,
            ),
        )

    def _mailbox(self) -> Node | None:
        """Where the exchange delivers to: a code, or a certified mail address where the code says nothing."""
        route = self.head.at("DatiTrasmissione")
        if route is None:
            return None
        code = route.at("CodiceDestinatario")
        return code if code is not None and code.text.strip("0") else route.at("PECDestinatario")

    def _breakdown(self) -> Iterator[TaxBreakdown]:
        for at, part in enumerate(self.body.all("DatiBeniServizi/DatiRiepilogo")):
            pointer = f"/tax_breakdown/{at}"
            yield TaxBreakdown(
                category=self.found.text(f"{pointer}/category", part.at("Natura")),
                rate=self.found.number(f"{pointer}/rate", part.at("AliquotaIVA")),
                taxable=self.found.number(f"{pointer}/taxable", part.at("ImponibileImporto")),
                tax=self.found.number(f"{pointer}/tax", part.at("Imposta")),
                exemption=self.found.text(f"{pointer}/exemption", part.at("RiferimentoNormativo")),
            )

    def _sums(self) -> Totals:
        """The sums; net and tax stand only by rate and are added up here."""
        found = self.found
        gross = found.number("/totals/gross", self.general.at("ImportoTotaleDocumento"))
        parts = list(self.body.all("DatiBeniServizi/DatiRiepilogo"))
        sums: dict[str, Decimal | None] = {}
        for name, path in (("net", "ImponibileImporto"), ("tax", "Imposta")):
            values = _figures(part.at(path) for part in parts)
            sums[name] = found.derived(f"/totals/{name}", parts[0], sum(values, Decimal(0))) if values else None
        rounding = found.number("/totals/rounding", self.general.at("Arrotondamento"))
        net, tax = sums["net"], sums["tax"]
        if net is not None and tax is not None and (gross is None or (rounding and gross == net + tax + rounding)):
            # The exchange's own total holds the rounding already; that of EN 16931 does not.
            gross = found.derived("/totals/gross", parts[0], net + tax)
        return Totals(gross=gross, rounding=rounding, **sums, **self._asked(gross, rounding))

    def _asked(self, gross: Decimal | None, rounding: Decimal | None) -> dict[str, Decimal | None]:
        """What is to be paid, and what the buyer pays to the tax office in the supplier's stead."""
        withheld = list(self.general.all("DatiRitenuta/ImportoRitenuta"))
        split = [n for n in self.body.all("DatiBeniServizi/DatiRiepilogo") if n.says("EsigibilitaIVA") == "S"]
        kept = _figures([*withheld, *(part.at("Imposta") for part in split)])
        sums: dict[str, Decimal | None] = {}
        if kept:
            sums["prepaid"] = self.found.derived("/totals/prepaid", [*withheld, *split][0], sum(kept, Decimal(0)))
        asked = list(self.body.all("DatiPagamento/DettaglioPagamento/ImportoPagamento"))
        parts = _figures(asked)
        if gross is None or not parts:
            return sums
        whole = gross - sum(kept, Decimal(0)) + (rounding or Decimal(0))
        if len(parts) == 1:
            sums["due"] = self.found.number("/totals/due", asked[0])
        elif sum(parts, Decimal(0)) == whole or set(parts) == {whole}:
            # Instalments, or the same sum for each account that it may be paid to.
            sums["due"] = self.found.derived("/totals/due", asked[0], whole)
        return sums

    def _payment(self) -> Payment | None:
        details = list(self.body.all("DatiPagamento/DettaglioPagamento"))
        fields = self.found.texts(
            "/payment",
            means=next((n for detail in details if (n := detail.at("ModalitaPagamento"))), None),
            remittance=next((n for detail in details if (n := detail.at("CodicePagamento"))), None),
        )
        # Each instalment says the account again.
        different = {(detail.says("IBAN"), detail.says("BIC")): detail for detail in reversed(details)}
        accounts = tuple(
            Account(
                **self.found.texts(
                    f"/payment/accounts/{at}",
                    iban=detail.at("IBAN"),
                    name=detail.at("Beneficiario") or detail.at("IstitutoFinanziario"),
                    bic=detail.at("BIC"),
                )
            )
            for at, detail in enumerate(d for key, d in reversed(different.items()) if key[0])
        )
        return Payment(**fields, accounts=accounts) if fields or accounts else None

    def _charges(self, general: Node) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        """Discounts and surcharges of the whole, and the contribution to a pension fund."""
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for node in general.all("ScontoMaggiorazione|DatiCassaPrevidenziale"):
            fund = node.name == "DatiCassaPrevidenziale"
            side = "charges" if fund or node.says("Tipo") == "MG" else "allowances"
            charge = self.found.charge(
                f"/{side}/{len(sides[side])}",
                amount=node.at("ImportoContributoCassa" if fund else "Importo"),
                code=node.at("TipoCassa") if fund else None,
                percent=node.at("AlCassa" if fund else "Percentuale"),
                base=node.at("ImponibileCassa") if fund else None,
                tax_rate=node.at("AliquotaIVA") if fund else None,
                tax_category=node.at("Natura") if fund else None,
            )
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
                accounting=node.at("RiferimentoAmministrazione"),
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


def _figures(nodes: Iterable[Node | None]) -> list[Decimal]:
    """The numbers of those that have one."""
    scratch = Collected()
    return [value for node in nodes if (value := scratch.number("/", node)) is not None]


def _one_of(body: Node, code: str) -> Node | None:
    """The code of the tender or project, which stands with any of the documents referred to."""
    names = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione", "DatiRicezione", "DatiFattureCollegate")
    return body.at(f"DatiGenerali/{'|'.join(names)}/{code}")


def _address(seat: Node | None) -> str | None:
    if seat is None:
        return None
    street = " ".join(filter(None, [seat.says("Indirizzo"), seat.says("NumeroCivico")]))
    city = " ".join(filter(None, [seat.says("CAP"), seat.says("Comune"), seat.says("Provincia")]))
    return ", ".join(filter(None, [street, city])) or None
