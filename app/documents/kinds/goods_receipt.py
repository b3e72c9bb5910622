"""Goods receipt: what the buyer says came, and what of it was accepted (UBL ReceiptAdvice; X12 861).

A return is negative.
"""

from app.documents.kinds.kind import KINDS, Kind, Role

GOODS_RECEIPT = KINDS.add(
    "goods_receipt",
    Kind(
        code="goods_receipt",
        title="Goods receipt",
        plural="Goods receipts",
        role=Role.DELIVERY,
        needs=("/number", "/issue_date"),
        line_needs=("/quantity",),
    ),
)
