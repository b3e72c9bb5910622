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
