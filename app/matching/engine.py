"""The engine: every rule over one voucher, and which finding is the cause of which."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import app.matching.rules
from app.linking.voucher import Voucher
from app.matching.finding import Finding, key_of
from app.matching.policy import Policy
from app.matching.rule import RULES
from app.matching.suppression import cause_of
from app.registers import REGISTERS
from app.registry import discover

discover(app.matching.rules)

#: What the rules are: changes with every rule's version.
RULES_VERSION = hashlib.sha256(
    "\n".join(f"{code} {rule.version}" for code, rule in RULES.items()).encode()
).hexdigest()[:16]


def audit(voucher: Voucher, policy: Policy) -> tuple[Finding, ...]:
    """Everything the rules find, in the order of their codes. Same input, same answer."""
    found = _distinct(
        Finding(rule=rule, condition=condition, invoice=voucher.invoice.id, key=key_of(rule, condition))
        for rule in RULES.values()
        for condition in rule.check(voucher, policy)
    )
    return tuple(replace(finding, suppressed_by=cause_of(finding, found)) for finding in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """What could not be checked, because a register was never imported."""

    register: str
    rules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The gap as the interface shows it."""
        because = f"not checked: no {REGISTERS[self.register].title} on file"
        return {"register": self.register, "because": because, "rules": list(self.rules)}


def unchecked(voucher: Voucher, policy: Policy) -> tuple[Unchecked, ...]:
    """The registers that rules would have read for this voucher and that are not on file."""
    missing: dict[str, list[str]] = {}
    for rule in RULES.values():
        gaps = [code for code in rule.registers if not voucher.facts.on_file(code)]
        if gaps and (rule.concerns is None or rule.concerns(voucher, policy)):
            for code in gaps:
                missing.setdefault(code, []).append(rule.code)
    return tuple(Unchecked(register=code, rules=tuple(missing[code])) for code in sorted(missing))


def _distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Lines that nothing tells apart (no number of their own) still get a key each."""
    seen: dict[str, int] = {}
    out: list[Finding] = []
    for finding in findings:
        times = seen[finding.key] = seen.get(finding.key, 0) + 1
        out.append(finding if times == 1 else replace(finding, key=f"{finding.key}{times}"))
    return tuple(out)
