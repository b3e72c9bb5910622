"""Packing slip: what the supplier says it despatched (UBL DespatchAdvice; X12 856).

A line may say what is `outstanding`.
"""

from app.documents.kinds.kind import KINDS, Kind, Role

PACKING_SLIP = KINDS.add(
    "packing_slip",
    Kind(
        code="packing_slip",
        title="Packing slip",
        plural="Packing slips",
        role=Role.DELIVERY,
        needs=("/number", "/issue_date", "/supplier/name"),
        line_needs=("/description", "/quantity"),
    ),
)
