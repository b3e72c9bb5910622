"""Quote: what a supplier offers, until when and at what price (UBL Quotation; X12 843)."""

from app.documents.kinds.kind import KINDS, Kind, Role

QUOTE = KINDS.add(
    "quote",
    Kind(
        code="quote",
        title="Quote",
        plural="Quotes",
        role=Role.OFFER,
        needs=("/number", "/issue_date", "/supplier/name", "/currency"),
        line_needs=("/description", "/quantity", "/unit_price"),
    ),
)
