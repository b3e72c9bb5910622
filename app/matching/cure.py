"""Cures: which paper, or whose act, would put a finding right."""

from enum import StrEnum


class Cure(StrEnum):
    """What would put a finding right; the payer asks for it, and the finding clears itself when it comes."""

    CORRECTED_INVOICE = "corrected_invoice"
    CREDIT_NOTE = "credit_note"
    READABLE_COPY = "readable_copy"
    READING = "reading"
    SUPPLIER_QUERY = "supplier_query"
    RECEIPT = "receipt"
    LICENSE_RECEIPT = "license_receipt"
    ORDER = "order"
    ORDER_CHANGE = "order_change"
    QUOTE = "quote"
    CONTRACT = "contract"
    MISSING_PAPER = "missing_paper"
    MASTER_CHANGE = "master_change"
    CALL_BACK = "call_back"
    APPROVAL = "approval"
    NOTHING = "nothing"

    @property
    def words(self) -> str:
        """The cure in plain words, for people."""
        return _WORDS[self]


_WORDS = {
    Cure.CORRECTED_INVOICE: "a corrected invoice from the supplier",
    Cure.CREDIT_NOTE: "a credit note from the supplier",
    Cure.READABLE_COPY: "a copy that can be read",
    Cure.READING: "a look at the paper, and the right value",
    Cure.SUPPLIER_QUERY: "an answer of the supplier's",
    Cure.RECEIPT: "a goods receipt, or an acceptance of the work",
    Cure.LICENSE_RECEIPT: "a license receipt that shows the rights",
    Cure.ORDER: "the order on file",
    Cure.ORDER_CHANGE: "a change of the order that the buyer approves",
    Cure.QUOTE: "a quote that holds",
    Cure.CONTRACT: "a contract, or its renewal",
    Cure.MISSING_PAPER: "the paper that is missing",
    Cure.MASTER_CHANGE: "a change of the supplier's record",
    Cure.CALL_BACK: "a call back on a number already on file, by a second person",
    Cure.APPROVAL: "a decision of somebody without a part in the purchase",
    Cure.NOTHING: "nothing that could come on paper",
}

#: What the action of a Peppol invoice response asks the supplier for.
BY_ACTION = {
    "CNP": Cure.CREDIT_NOTE,
    "CNF": Cure.CREDIT_NOTE,
    "NIN": Cure.CORRECTED_INVOICE,
    "PIN": Cure.SUPPLIER_QUERY,
    "NOA": Cure.NOTHING,
}
