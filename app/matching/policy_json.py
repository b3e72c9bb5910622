"""A policy as JSON: the object that `Policy.parse` takes, so that a stored policy gives the very same one again."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from app.matching.policy import METRICS, Policy
from app.matching.tolerance import Combine, Tolerance

_APART = frozenset({"tolerances", "overrides"})


def told(policy: Policy) -> dict[str, Any]:
    """The object of the policy: every setting, and every tolerance that is not the standard's own."""
    tolerances = {name: _limits(policy.tolerances[name]) for name in _own(policy)}
    settings = {entry.name: _plain(getattr(policy, entry.name)) for entry in fields(Policy) if entry.name not in _APART}
    overrides = [
        {**override.scope, **{name: _limits(limits) for name, limits in override.tolerances.items()}}
        for override in policy.overrides
    ]
    return {**settings, **tolerances, "overrides": overrides}


def stored(policy: Policy) -> dict[str, Any]:
    """The object of the policy with what its own limits are called in findings."""
    return {"source": source_of(policy), "policy": told(policy)}


def restored(value: Mapping[str, Any]) -> Policy:
    """The policy that `stored` told."""
    return Policy.parse(value["policy"], "/policy", source=value["source"])


def source_of(policy: Policy) -> str:
    """What the policy's own limits are called in findings."""
    named = {limits.source for limits in policy.tolerances.values()} - {"default"}
    return min(named, default="default")


def _own(policy: Policy) -> list[str]:
    return [name for name in METRICS if policy.tolerances[name] != METRICS[name]]


def _limits(limits: Tolerance) -> dict[str, str] | None:
    if not limits.is_checked:
        return None
    found = {"up_pct": limits.up_pct, "up_abs": limits.up_abs, "lo_pct": limits.lo_pct, "lo_abs": limits.lo_abs}
    shown = {name: format(limit, "f") for name, limit in found.items() if limit is not None}
    return shown if limits.combine is Combine.ANY else {**shown, "combine": limits.combine.value}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
