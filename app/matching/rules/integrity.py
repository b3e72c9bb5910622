"""Integrity: whether the invoice is complete and adds up in itself."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Basis, Document, Line
from app.documents.evidence import Evidence, Method
from app.documents.kinds import KINDS
from app.documents.money import Money, quantum
from app.linking.amounts import item_amount, sum_of
from app.linking.filed import Doubt, DoubtKind, Filed
from app.linking.link import LineOf
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Place, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.wording import amount, figure, money_decimal, price

_ZERO = Fraction(0)

# What the fields are called on paper, by their pointers.
_NAMES = {
    "/number": "invoice number (BT-1)",
    "/issue_date": "date (BT-2)",
    "/currency": "currency (BT-5)",
    "/supplier/name": "seller's name (BT-27)",
    "/buyer/name": "buyer's name (BT-44)",
    "/totals/net": "sum without tax (BT-109)",
    "/totals/gross": "sum with tax (BT-112)",
    "/quantity": "quantity (BT-129)",
    "/net_amount": "amount (BT-131)",
    "/unit_price": "unit price (BT-146)",
    "/lines": "lines",
    "/supplier/vat_id": "seller's tax or registration number (BT-31)",
}


@rule(
    "DOC_UNREADABLE",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "REF", "NIN"),
    x12_426="17",
    uncl_4465="51",
    version=2,
    cure=Cure.READABLE_COPY,
)
def document_could_not_be_read(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The invoice can be read, and every page of it and of the papers behind it.

    Reports why the reader gave up on the invoice (malformed, encrypted, empty, beyond its limits, a scan without
    text), and the pages on which a paper of the voucher shows print that could not be read.
    """
    reason = voucher.invoice.unread
    if reason is not None:
        yield Condition(
            expected="a document that can be read",
            actual=reason,
            at_risk=asked(voucher),
            why=f"The document could not be read: {reason.replace('_', ' ')}.",
        )
    behind = (*voucher.orders, *voucher.receipts, *voucher.slips, *voucher.licenses, *voucher.quotes)
    for paper in (voucher.invoice, *behind):
        unread = [doubt for doubt in paper.doubts if doubt.kind is DoubtKind.PAGE_UNREAD]
        if unread:
            yield _pages_unread(voucher, paper, unread)


def _pages_unread(voucher: Voucher, paper: Filed, doubts: list[Doubt]) -> Condition:
    numbers = [doubt.pointer.rsplit("/", 1)[-1] for doubt in doubts]
    pages = f"page{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    name = f"{paper.document.kind.replace('_', ' ')} {paper.document.number or ''}".strip()
    return Condition(
        expected="every page read",
        actual=f"{pages} unread",
        at_risk=asked(voucher),
        why=f"{pages.capitalize()} of {name} could not be read. {doubts[0].read or ''}".strip(),
        evidence=tuple(
            Place(
                document=paper.id,
                pointer=doubt.pointer,
                read=Evidence(page=int(number), method=Method.OCR, score=Decimal(0)) if number.isdecimal() else None,
            )
            for doubt, number in zip(doubts, numbers, strict=True)
        ),
        detail={"about": f"{paper.id} {pages}", "pages": ", ".join(numbers)},
    )


@rule(
    "DOC_FIELD_MISSING",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.COMPLETENESS,
    peppol=("UQ", "REF", "NIN"),
    x12_426="17",
    uncl_4465="51",
)
def mandatory_field_missing(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice holds every field that EN 16931 asks for and an audit needs.

    Looks for number, date, currency, both parties, both sums, at least one line, and each line's quantity,
    price and amount (the amount alone where the line is billed by amount).
    """
    if voucher.invoice.unread is not None:
        return
    document = voucher.invoice.document
    for field in _missing_in_head(document, policy):
        yield _missing(voucher, field, None)
    for line in _whole_lines(voucher):
        for field in _missing_in_line(line.line.line):
            yield _missing(voucher, field, line)


def _missing_in_head(document: Document, policy: Policy) -> list[str]:
    missing = [field for field in KINDS[document.kind].needs if _value(document, field) in {None, ""}]
    if not document.lines:
        missing.append("/lines")
    seller = document.supplier
    if policy.seller_id_required and not (seller.vat_id or seller.legal_id or seller.id):
        missing.append("/supplier/vat_id")
    return missing


def _value(document: Document, field: str) -> object:
    value: object = document
    for step in field.strip("/").split("/"):
        value = getattr(value, step, None)
    return value


def _missing_in_line(line: Line) -> list[str]:
    if line.basis is Basis.AMOUNT or (line.quantity is None and line.unit_price is None):
        return [] if line.net_amount is not None else ["/net_amount"]
    values = {"/quantity": line.quantity, "/net_amount": line.net_amount, "/unit_price": line.unit_price}
    return [name for name, value in values.items() if value is None]


def _missing(voucher: Voucher, field: str, line: VoucherLine | None) -> Condition:
    name = _NAMES.get(field, field)
    where = f"Line {line.id}" if line else "The invoice"
    of: LineOf | None = line.line if line else None
    return Condition(
        line=line,
        expected=name,
        actual="missing",
        at_risk=asked(voucher),
        why=f"{where} has no {name}.",
        evidence=(place(of, "id"),) if of else (),
        detail={"field": field, "about": field},
    )


def _whole_lines(voucher: Voucher) -> Iterator[VoucherLine]:
    """Each invoice line once, also where it is split over several order lines."""
    seen: set[tuple[str, int]] = set()
    for line in voucher.lines:
        if line.line.key not in seen:
            seen.add(line.line.key)
            yield line


@rule(
    "ARITH_LINE",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.AMOUNT,
    needs=("/quantity", "/net_amount", "/unit_price"),
    peppol=("UQ", "FIN", "NIN"),
    x12_426="03",
    uncl_4465="9",
)
def line_does_not_multiply_out(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A line's amount is its quantity times its price, with its charges and allowances.

    Works out BT-129 × BT-146 ÷ BT-149 + charges − allowances and compares it with BT-131, with the slack of
    PEPPOL-EN16931-R120.
    """
    limit = policy.tolerance("arithmetic", voucher)
    for line in _whole_lines(voucher):
        printed = line.line.line
        if printed.quantity is None or printed.unit_price is None or printed.net_amount is None:
            continue
        if printed.basis is Basis.AMOUNT:
            continue
        expected = (item_amount(printed) or _ZERO) + sum_of(printed.charges)
        variance, currency = Fraction(printed.net_amount) - expected, voucher.currency
        # An amount in yen has no decimals: half a coin is rounding, whatever the slack is.
        if abs(variance) * 2 <= Fraction(quantum(currency)) or not limit.breached_by(variance, expected):
            continue
        yield Condition(
            line=line,
            expected=amount(expected, currency),
            actual=amount(printed.net_amount, currency),
            variance=money_decimal(variance, currency),
            limit=limit.as_json("arithmetic"),
            at_risk=Money.of(max(variance, _ZERO), currency),
            supported=max(expected, _ZERO),
            why=f"Line {line.id}: {figure(printed.quantity)} × {_priced(printed)}{_extras(printed, currency)} = "
            f"{amount(expected, currency)}; the invoice says {amount(printed.net_amount, currency)}.",
            evidence=tuple(place(line.line, name) for name in ("quantity", "unit_price", "net_amount")),
        )


def _priced(line: Line) -> str:
    base = line.price_base_quantity or Decimal(1)
    shown = price(line.unit_price or Decimal(0))
    return shown if base == 1 else f"{shown} ÷ {figure(base)}"


def _extras(line: Line, currency: str) -> str:
    charges, allowances = sum_of(line.charges), sum_of(line.allowances)
    return (f" + {amount(charges, currency)}" if charges else "") + (
        f" − {amount(allowances, currency)}" if allowances else ""
    )


@rule(
    "ARITH_TOTALS",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "FIN", "NIN"),
    x12_426="03",
    uncl_4465="9",
)
def totals_do_not_add_up(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The invoice's sums add up, to the cent.

    Recomputes BT-106 from the lines (BR-CO-10), BT-109 (BR-CO-13), BT-112 (BR-CO-15) and BT-115 (BR-CO-16)
    from the sums printed above them. Where prices hold the tax and the lines add up to the sum with tax,
    the sum without tax is left to the tax check.
    """
    document, currency = voucher.invoice.document, voucher.currency
    for term, name, expected, sentence in _sums(document):
        printed = getattr(document.totals, name)
        variance = Fraction(printed) - Fraction(expected)
        if variance == 0:
            continue
        on_net = name in {"lines", "net"}
        yield Condition(
            expected=amount(expected, currency),
            actual=amount(printed, currency),
            variance=money_decimal(variance, currency),
            at_risk=Money.of(max(variance, _ZERO), currency),
            supported=max(Fraction(expected), _ZERO) if on_net else None,
            why=f"{sentence} = {amount(expected, currency)}; the invoice says {amount(printed, currency)} ({term}).",
            evidence=(place(voucher.invoice, f"totals/{name}"),),
            detail={"term": term, "about": term, "on": "net" if on_net else "due"},
        )


def _sums(document: Document) -> Iterator[tuple[str, str, Decimal, str]]:
    totals = document.totals
    lines = [line.net_amount for line in document.lines]
    whole = sum((value for value in lines if value is not None), Decimal(0)) if None not in lines and lines else None
    if whole is not None and totals.lines is not None:
        yield "BT-106", "lines", whole, "The lines' amounts"
    base = totals.lines if totals.lines is not None else whole
    charges = totals.charges if totals.charges is not None else sum((c.amount for c in document.charges), Decimal(0))
    allowances = (
        totals.allowances if totals.allowances is not None else sum((a.amount for a in document.allowances), Decimal(0))
    )
    if base is not None and totals.net is not None and not (totals.tax and base - allowances + charges == totals.gross):
        yield "BT-109", "net", base - allowances + charges, "Lines − allowances + charges"
    if totals.net is not None and totals.tax is not None and totals.gross is not None:
        yield "BT-112", "gross", totals.net + totals.tax, "Sum without tax + tax"
    if totals.gross is not None and totals.due is not None:
        due = totals.gross - (totals.prepaid or Decimal(0)) + (totals.rounding or Decimal(0))
        yield "BT-115", "due", due, "Sum with tax − prepaid + rounding"


@rule(
    "ARITH_TAX",
    severity=Severity.WARN,
    owner=Owner.TAX,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "LEG", "NIN"),
    x12_426="55",
    uncl_4465="73",
)
def tax_does_not_multiply_out(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The tax of each category is its rate on its taxable amount.

    Compares BT-117 with BT-116 × BT-119, with half a cent of slack for each line of the category and one
    cent more. Where there is no breakdown and all lines have one rate, that rate on the sum without tax.
    """
    currency = voucher.currency
    cent = Fraction(quantum(currency))
    for at, rate, taxable, tax, lines in _categories(voucher.invoice.document):
        expected = Fraction(Money.of(Fraction(taxable) * Fraction(rate) / 100, currency).amount)
        variance = Fraction(tax) - expected
        if abs(variance) <= cent / 2 * lines + cent:
            continue
        yield Condition(
            expected=amount(expected, currency),
            actual=amount(tax, currency),
            variance=money_decimal(variance, currency),
            at_risk=Money.of(max(variance, _ZERO), currency),
            why=f"{amount(taxable, currency)} × {figure(rate)} % = {amount(expected, currency)}; "
            f"the invoice says {amount(tax, currency)}.",
            evidence=(place(voucher.invoice, at),),
            detail={"about": at},
        )


def _categories(document: Document) -> Iterator[tuple[str, Decimal, Decimal, Decimal, int]]:
    """Each category's place, rate, taxable amount, tax and number of lines."""
    rates = [line.tax_rate for line in document.lines]
    for at, entry in enumerate(document.tax_breakdown):
        if entry.rate is not None and entry.taxable is not None and entry.tax is not None:
            yield f"tax_breakdown/{at}/tax", entry.rate, entry.taxable, entry.tax, rates.count(entry.rate) or len(rates)
    totals = document.totals
    if not document.tax_breakdown and rates and len(set(rates)) == 1 and rates[0] is not None:
        same_elsewhere = all(extra.tax_rate in {None, rates[0]} for extra in (*document.charges, *document.allowances))
        if totals.net is not None and totals.tax is not None and same_elsewhere:
            yield "totals/tax", rates[0], totals.net, totals.tax, len(rates)


@rule(
    "EXTRACTION_UNSURE",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "REF", "PIN"),
    x12_426="17",
    uncl_4465="51",
    cure=Cure.READING,
)
def figure_read_with_doubt(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Every figure that decides about money was read surely.

    Compares the score of each figure on the invoice with the policy's least; unchecked where none is set.
    """
    if policy.least_score is None:
        return
    for pointer, read in sorted(voucher.invoice.document.evidence.items()):
        if read.score >= policy.least_score or not pointer.startswith(_MONEY_FIELDS):
            continue
        if pointer.startswith("/lines/") and pointer.rpartition("/")[2] not in _MONEY_OF_LINES:
            continue
        yield Condition(
            expected=f"a score of {policy.least_score:f} or more",
            actual=f"{read.score:f}",
            at_risk=asked(voucher),
            why=f"“{read.text or pointer}” was read with a score of {read.score:f} only; see for yourself.",
            evidence=(place(voucher.invoice, pointer.lstrip("/")),),
            detail={"about": pointer},
        )


_MONEY_FIELDS = ("/totals/", "/lines/", "/supplier/iban", "/references/purchase_order")
_MONEY_OF_LINES = frozenset({"quantity", "unit_price", "net_amount"})
