"""FatturaPA made here: two bodies, discounts, sums that stand only by rate."""

from datetime import date
from decimal import Decimal

from app.reading import read_bytes
from app.reading.reading import Verdict

D = Decimal
HEADER = """
<FatturaElettronicaHeader>
 <CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234567890</IdCodice></IdFiscaleIVA>
  <CodiceFiscale>01234567890</CodiceFiscale><Anagrafica><Denominazione>Viti Esempio S.r.l.</Denominazione></Anagrafica>
  </DatiAnagrafici><Sede><Indirizzo>Via Prova</Indirizzo><NumeroCivico>1</NumeroCivico><CAP>20100</CAP>
  <Comune>Milano</Comune><Provincia>MI</Provincia><Nazione>IT</Nazione></Sede></CedentePrestatore>
 <CessionarioCommittente><DatiAnagrafici><CodiceFiscale>09876543210</CodiceFiscale><Anagrafica><Nome>Esempio</Nome>
  <Cognome>Werke</Cognome></Anagrafica></DatiAnagrafici></CessionarioCommittente>
</FatturaElettronicaHeader>"""
BODY = """
<FatturaElettronicaBody>
 <DatiGenerali><DatiGeneraliDocumento><TipoDocumento>{type}</TipoDocumento><Divisa>EUR</Divisa><Data>2026-10-30</Data>
  <Numero>{number}</Numero><Causale>Fornitura</Causale></DatiGeneraliDocumento>
  <DatiOrdineAcquisto><RiferimentoNumeroLinea>1</RiferimentoNumeroLinea><IdDocumento>PO-7</IdDocumento><NumItem>10</NumItem>
  </DatiOrdineAcquisto><DatiDDT><NumeroDDT>88</NumeroDDT><DataDDT>2026-10-19</DataDDT></DatiDDT></DatiGenerali>
 <DatiBeniServizi>
  <DettaglioLinee><NumeroLinea>1</NumeroLinea><CodiceArticolo><CodiceTipo>EAN</CodiceTipo><CodiceValore>4012345001235</CodiceValore>
   </CodiceArticolo><Descrizione>Vite M8</Descrizione><Quantita>10.00</Quantita><UnitaMisura>PZ</UnitaMisura>
   <PrezzoUnitario>2.00</PrezzoUnitario><ScontoMaggiorazione><Tipo>SC</Tipo><Percentuale>10.00</Percentuale></ScontoMaggiorazione>
   <PrezzoTotale>18.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
  <DettaglioLinee><NumeroLinea>2</NumeroLinea><Descrizione>Trasporto</Descrizione><PrezzoUnitario>5.00</PrezzoUnitario>
   <PrezzoTotale>5.00</PrezzoTotale><AliquotaIVA>0.00</AliquotaIVA><Natura>N4</Natura></DettaglioLinee>
  <DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>18.00</ImponibileImporto><Imposta>3.96</Imposta></DatiRiepilogo>
  <DatiRiepilogo><AliquotaIVA>0.00</AliquotaIVA><Natura>N4</Natura><ImponibileImporto>5.00</ImponibileImporto><Imposta>0.00</Imposta></DatiRiepilogo>
 </DatiBeniServizi>
 <DatiPagamento><CondizioniPagamento>TP02</CondizioniPagamento><DettaglioPagamento><ModalitaPagamento>MP05</ModalitaPagamento>
  <DataScadenzaPagamento>2026-11-30</DataScadenzaPagamento><ImportoPagamento>26.96</ImportoPagamento>
  <IBAN>IT60X0542811101000000123456</IBAN></DettaglioPagamento></DatiPagamento>
</FatturaElettronicaBody>"""


def fattura(*bodies):
    space = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
    return f'<p:FatturaElettronica xmlns:p="{space}" versione="FPR12">{HEADER}{"".join(bodies)}</p:FatturaElettronica>'.encode()


def test_an_invoice_with_discount_and_a_line_without_quantity():
    reading = read_bytes(fattura(BODY.format(type="TD01", number="12/A")))
    document = reading.documents[0]
    bolts, freight = document.lines

    assert reading.verdict == Verdict.OK
    assert (document.kind, document.number, document.due_date) == ("invoice", "12/A", date(2026, 11, 30))
    assert (document.supplier.name, document.supplier.vat_id) == ("Viti Esempio S.r.l.", "IT01234567890")
    assert document.supplier.address == "Via Prova 1, 20100 Milano MI"
    assert document.supplier.iban == "IT60X0542811101000000123456"
    assert document.buyer.name == "Esempio Werke"
    assert (document.references.purchase_order, document.references.despatch_advice) == ("PO-7", "88")
    assert (document.totals.net, document.totals.tax, document.totals.gross) == (D("23.00"), D("3.96"), D("26.96"))
    assert document.evidence["/totals/net"].method == "derived"
    assert (bolts.unit, bolts.unit_text, bolts.gtin) == ("H87", "PZ", "4012345001235")
    assert (bolts.order_line, bolts.purchase_order) == ("10", "PO-7")
    assert bolts.net_amount == bolts.quantity * bolts.unit_price - bolts.allowances[0].amount
    assert bolts.allowances[0].percent == 10
    assert (freight.basis, freight.quantity, freight.tax_category) == ("amount", None, "N4")
    assert document.evidence["/lines/1/net_amount"].path.endswith("/DettaglioLinee[2]/PrezzoTotale")


def test_two_bodies_are_two_documents():
    reading = read_bytes(fattura(BODY.format(type="TD01", number="1"), BODY.format(type="TD04", number="2")))

    assert [(document.kind, document.number) for document in reading.documents] == [
        ("invoice", "1"),
        ("credit_note", "2"),
    ]
    assert [document.evidence["/number"].path.split("/")[2] for document in reading.documents] == [
        "FatturaElettronicaBody[1]",
        "FatturaElettronicaBody[2]",
    ]


def test_a_file_without_a_body_is_empty():
    assert read_bytes(fattura()).verdict == Verdict.EMPTY


class TestMoneyBesideTheLines:
    def body(self, general="", payment="", **changes):
        text = BODY.format(type="TD06", number="9").replace("<Causale>", general + "<Causale>")
        start, end = text.index("<DatiPagamento>"), text.index("</FatturaElettronicaBody>")
        if payment:
            text = text[:start] + payment + text[end:]
        for before, after in changes.items():
            text = text.replace(before, after)
        (document,) = read_bytes(fattura(text)).documents
        return document

    def test_withheld_tax_goes_to_the_tax_office_and_not_to_the_supplier(self):
        withheld = (
            "<DatiRitenuta><TipoRitenuta>RT01</TipoRitenuta><ImportoRitenuta>4.60</ImportoRitenuta>"
            "<AliquotaRitenuta>20.00</AliquotaRitenuta><CausalePagamento>A</CausalePagamento></DatiRitenuta>"
        )
        document = self.body(withheld, PAID.format(amount="22.36"))

        assert (document.totals.gross, document.totals.prepaid, document.totals.due) == (
            D("26.96"),
            D("4.60"),
            D("22.36"),
        )

    def test_with_split_payment_the_buyer_pays_the_tax_himself(self):
        text = {"<Imposta>3.96</Imposta>": "<Imposta>3.96</Imposta><EsigibilitaIVA>S</EsigibilitaIVA>"}
        document = self.body("", PAID.format(amount="23.00"), **text)

        assert (document.totals.prepaid, document.totals.due) == (D("3.96"), D("23.00"))

    def test_the_fund_of_a_profession_is_a_charge(self):
        fund = (
            "<DatiCassaPrevidenziale><TipoCassa>TC22</TipoCassa><AlCassa>4.00</AlCassa>"
            "<ImportoContributoCassa>0.72</ImportoContributoCassa><ImponibileCassa>18.00</ImponibileCassa>"
            "<AliquotaIVA>22.00</AliquotaIVA></DatiCassaPrevidenziale>"
        )
        (charge,) = self.body(fund).charges

        assert (charge.code, charge.amount, charge.percent, charge.base) == ("TC22", D("0.72"), D("4.00"), D("18.00"))

    def test_instalments_add_up_and_one_account_is_one(self):
        document = self.body("", PAID.format(amount="20.00") + PAID.format(amount="6.96"))

        assert document.totals.due == D("26.96")
        assert [account.iban for account in document.payment.accounts] == ["IT60X0542811101000000123456"]

    def test_the_same_sum_for_each_of_two_accounts_is_asked_once(self):
        other = PAID.format(amount="26.96").replace("123456", "654321")
        document = self.body("", PAID.format(amount="26.96") + other)

        assert document.totals.due == D("26.96")
        assert len(document.payment.accounts) == 2

    def test_a_rounded_total_keeps_its_rounding_apart(self):
        general = "<ImportoTotaleDocumento>27.00</ImportoTotaleDocumento><Arrotondamento>0.04</Arrotondamento>"
        document = self.body(general, PAID.format(amount="27.00"))

        assert (document.totals.gross, document.totals.rounding, document.totals.due) == (
            D("26.96"),
            D("0.04"),
            D("27.00"),
        )

    def test_tender_project_and_the_place_of_the_exchange(self):
        codes = "<NumItem>10</NumItem><CodiceCUP>C11B</CodiceCUP><CodiceCIG>Z5A</CodiceCIG>"
        route = (
            "<DatiTrasmissione><CodiceDestinatario>ABC1234</CodiceDestinatario></DatiTrasmissione><CedentePrestatore>"
        )
        text = BODY.format(type="TD01", number="9").replace("<NumItem>10</NumItem>", codes)
        (document,) = read_bytes(fattura(text).replace(b"<CedentePrestatore>", route.encode())).documents

        assert (document.references.tender, document.references.project) == ("Z5A", "C11B")
        assert document.buyer.electronic_address == "ABC1234"
        assert document.payment.means == "MP05"


PAID = (
    "<DatiPagamento><CondizioniPagamento>TP02</CondizioniPagamento><DettaglioPagamento>"
    "<ModalitaPagamento>MP05</ModalitaPagamento><ImportoPagamento>{amount}</ImportoPagamento>"
    "<IBAN>IT60X0542811101000000123456</IBAN></DettaglioPagamento></DatiPagamento>"
)
