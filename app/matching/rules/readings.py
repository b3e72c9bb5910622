"""Readings: what the reader itself found wrong with a paper."""

from collections.abc import Iterator

from app.linking.filed import Doubt, DoubtKind, Filed
from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked


def _doubts(paper: Filed, kind: DoubtKind) -> Iterator[Doubt]:
    return (doubt for doubt in paper.doubts if doubt.kind is kind)


def _condition(voucher: Voucher, paper: Filed, doubt: Doubt, why: str) -> Condition:
    return Condition(
        expected=doubt.shown,
        actual=doubt.read,
        at_risk=asked(voucher),
        why=why,
        evidence=(place(paper, doubt.pointer.lstrip("/")),) if doubt.pointer else (),
        detail={
            "about": f"{paper.id} {doubt.pointer} {doubt.rule or ''}",
            **({"rule": doubt.rule} if doubt.rule else {}),
            **({"flag": "fatal" if doubt.fatal else "warning"} if doubt.fatal is not None else {}),
            **({"path": doubt.path} if doubt.path else {}),
        },
    )


@rule(
    "DOC_DECEPTIVE",
    severity=Severity.HOLD,
    owner=Owner.SECURITY,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "OTH", "NIN"),
)
def page_does_not_show_what_was_read(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A page shows what its text says.

    Reports each figure, on the invoice or on a paper behind it, that has no ink, that two readers read
    differently, or whose character map lies.
    """
    behind = (*voucher.orders, *voucher.receipts, *voucher.slips, *voucher.licenses, *voucher.quotes)
    for paper in (voucher.invoice, *behind):
        for doubt in _doubts(paper, DoubtKind.DECEPTIVE):
            name = f"{paper.document.kind.replace('_', ' ')} {paper.document.number or ''}".strip()
            yield _condition(
                voucher,
                paper,
                doubt,
                f"On {name} the page shows {doubt.shown or 'nothing'} where its text says {doubt.read or 'nothing'}.",
            )


@rule(
    "XML_PAGE_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "REF", "NIN"),
    x12_426="17",
    uncl_4465="51",
)
def page_and_embedded_invoice_differ(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """An electronic invoice says the same in its XML and on its page.

    Reports each field of the embedded XML that the page shows differently.
    """
    for doubt in _doubts(voucher.invoice, DoubtKind.XML_DIFFERS):
        yield _condition(
            voucher,
            voucher.invoice,
            doubt,
            f"The page shows {doubt.shown or 'nothing'}; the XML within says {doubt.read or 'nothing'} "
            f"({doubt.pointer}).",
        )


@rule(
    "EINVOICE_RULE",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "LEG", "NIN"),
    x12_426="55",
    uncl_4465="9",
)
def rule_of_the_standard_broken(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """An electronic invoice keeps the rules of EN 16931.

    Reports each rule that the official schematron found broken, once, by its identifier, with what it asks,
    whether its publisher calls it fatal or a warning, and the first place in the XML.
    """
    for doubt in _doubts(voucher.invoice, DoubtKind.BREAKS_RULE):
        yield _condition(voucher, voucher.invoice, doubt, _broken(doubt))


def _broken(doubt: Doubt) -> str:
    flag = "" if doubt.fatal is None else " (fatal)" if doubt.fatal else " (a warning)"
    others = doubt.times - 1 if doubt.times else 0
    where = f"{doubt.path or doubt.pointer}" + (f" and {others} more" if others else "")
    asks = f" It asks: {doubt.text}" if doubt.text else ""
    return f"The invoice breaks {doubt.rule or 'a rule'}{flag} at {where}.{asks}"
