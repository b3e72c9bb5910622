"""What to set in the accounts-payable system so that it pays, or does not: the fields that hold a payment there."""

from collections.abc import Mapping
from typing import Any

from app.payment.decision import Verdict

#: SAP: payment block R (invoice verification); Odoo: release to pay; ERPNext: on hold; NetSuite: payment hold.
_STOP: Mapping[str, Mapping[str, Any]] = {
    "sap": {"PaymentBlockingReason": "R"},
    "odoo": {"release_to_pay_manual": "exception"},
    "erpnext": {"on_hold": 1},
    "netsuite": {"paymentHold": True},
}
_GO: Mapping[str, Mapping[str, Any]] = {
    "sap": {"PaymentBlockingReason": ""},
    "odoo": {"release_to_pay_manual": "yes"},
    "erpnext": {"on_hold": 0},
    "netsuite": {"paymentHold": False},
}


def erp_hints(verdict: Verdict) -> dict[str, dict[str, Any]]:
    """The hold fields of SAP, Odoo, ERPNext and NetSuite for a verdict: only `pay` lets a payment go."""
    fields = _GO if verdict is Verdict.PAY else _STOP
    return {system: dict(values) for system, values in fields.items()}
