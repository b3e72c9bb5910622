"""Master: the supplier's own particulars."""

from collections.abc import Iterator

from app.documents.normal import tax_key
from app.linking.filed import Filed, Standing
from app.linking.parties import Sameness, same_party
from app.linking.shelf import is_live
from app.linking.voucher import Voucher
from app.matching.policy import Policy, named_party
from app.matching.rule import Assertion, Condition, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked


@rule(
    "BANK_CHANGED",
    severity=Severity.HOLD,
    owner=Owner.SECURITY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="21",
)
def account_is_not_known(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice is to be paid to an account that is known for its supplier.

    Compares the account with those on the orders, contracts and paid invoices of the supplier; where there
    are none, with the first one that the supplier billed to. Nothing known, nothing said.
    """
    own = tax_key(voucher.invoice.document.supplier.iban)
    if own is None or voucher.is_credit:
        return
    known = _known_accounts(voucher, policy)
    if not known or any(tax_key(paper.document.supplier.iban) == own for paper in known):
        return
    paper = known[-1]
    yield Condition(
        expected=paper.document.supplier.iban,
        actual=voucher.invoice.document.supplier.iban,
        at_risk=asked(voucher),
        why=f"The invoice is to be paid to {voucher.invoice.document.supplier.iban}; "
        f"{paper.document.kind.replace('_', ' ')} {paper.document.number} says {paper.document.supplier.iban}.",
        evidence=(place(voucher.invoice, "supplier/iban"), place(paper, "supplier/iban")),
    )


def _known_accounts(voucher: Voucher, policy: Policy) -> list[Filed]:
    """The papers that show an account of the supplier which somebody has relied on."""
    seller = voucher.invoice.document.supplier

    def shows(paper: Filed) -> bool:
        same = same_party(paper.document.supplier, seller, least=policy.name_similarity) is Sameness.SAME
        return same and paper.document.supplier.iban is not None

    agreed = [paper for paper in (*voucher.orders, *voucher.contracts) if shows(paper)]
    billed = [paper for paper in voucher.history if is_live(paper) and shows(paper)]
    paid = [paper for paper in billed if paper.standing is Standing.PAID]
    return [*agreed, *paid] or billed[:1]


@rule(
    "VENDOR_BLOCKED",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "REC", "NOA"),
    x12_426="18",
)
def supplier_is_blocked(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Nothing is paid to a supplier that is blocked.

    Compares the seller with the policy's list of blocked suppliers.
    """
    yield from _listed(voucher, policy, policy.blocked_suppliers, "blocked")


@rule(
    "SANCTIONS_HIT",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("RE", "LEG", "NOA"),
)
def seller_is_sanctioned(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Nothing is paid to a sanctioned party.

    Compares the seller with the policy's list, by tax identifier or by a name that is nearly the same.
    """
    yield from _listed(voucher, policy, policy.sanctioned, "sanctioned")


def _listed(voucher: Voucher, policy: Policy, names: tuple[str, ...], what: str) -> Iterator[Condition]:
    seller = voucher.invoice.document.supplier
    for name in names:
        if same_party(seller, named_party(name), least=policy.name_similarity) is not Sameness.SAME:
            continue
        yield Condition(
            expected=f"a supplier that is not {what}",
            actual=seller.name or seller.vat_id,
            at_risk=asked(voucher),
            why=f"{seller.name or seller.vat_id} is {what}: it is on the list as {name}.",
            evidence=(place(voucher.invoice, "supplier/name"),),
        )
        return
