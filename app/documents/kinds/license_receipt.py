"""License receipt: which software rights came (ISO/IEC 19770-3).

Product, metric, rights, keys or entitlement ids, and the term.
"""

from app.documents.kinds.kind import KINDS, Kind, Role

LICENSE_RECEIPT = KINDS.add(
    "license_receipt",
    Kind(
        code="license_receipt",
        title="License receipt",
        plural="License receipts",
        role=Role.DELIVERY,
        needs=("/number", "/issue_date"),
        line_needs=("/license/product", "/license/rights"),
    ),
)
