"""Contract: what was agreed for a term: price list, mark-up, notice, service levels and what needs approval."""

from app.documents.kinds.kind import KINDS, Kind, Role

CONTRACT = KINDS.add(
    "contract",
    Kind(
        code="contract",
        title="Contract",
        plural="Contracts",
        role=Role.AGREEMENT,
        needs=("/number", "/supplier/name"),
        line_needs=(),
    ),
)
