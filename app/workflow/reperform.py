"""Reperform: a match is made again from what it was made from, and compared byte for byte."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.matching.engine import RULES_VERSION
from app.storage import kept, matches, trail
from app.storage.database import AnySession
from app.storage.matches import MatchRow
from app.workflow import inputs
from app.workflow.context import Context
from app.workflow.errors import NotAllowedError, UnknownMatchError
from app.workflow.inputs import PARTS, Inputs
from app.workflow.match import answer_of

#: How many differences are told; how many there are is told always.
_MOST = 200


def reperform(ctx: Context, identifier: str, *, tenant: str) -> dict[str, Any]:
    """Judge a stored match once more from its own inputs; nothing is stored.

    Where an input is no longer what it was, or the record or the answer is not the one that the trail knows,
    that is a difference too, and the match is not identical.

    Raises:
        UnknownMatchError: there is no such match.
        NotAllowedError: it was made before inputs were kept.
    """
    with ctx.db.read() as session:
        row = matches.get(session, tenant=tenant, identifier=identifier)
        if row is None:
            raise UnknownMatchError(identifier)
        record = kept.inputs_of(session, tenant=tenant, match=identifier)
        if record is None:
            raise NotAllowedError(f"match {identifier} was made before inputs were kept")
        differences = list(_against_the_trail(session, row, record, tenant=tenant))
        found = inputs.load(session, record, tenant=tenant)
    differences += [_difference(entry.pointer, entry.then, entry.now) for entry in found.missing]
    now = None
    if found.policy is not None and not found.missing:
        now = answer_of(found.judge())
        differences += _between(row.body, now)
    return {
        "match": identifier,
        "identical": not differences,
        "differences": differences[:_MOST],
        "differences_in_all": len(differences),
        "rules_version": {"then": row.rules_version, "now": RULES_VERSION},
        "policy_version": row.policy_version,
        "inputs_sha256": {"then": row.inputs_sha256, "now": now["inputs_sha256"] if now else None},
        "inputs": _told(found, record),
    }


def _told(found: Inputs, record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "documents": len(found.on_file),
        "registers": record["registers"],
        "waived": len(found.waived),
        "missing": len(found.missing),
    }


def _against_the_trail(
    session: AnySession, row: MatchRow, record: Mapping[str, Any], *, tenant: str
) -> Iterator[dict[str, Any]]:
    """What the trail says otherwise of the record and of the answer."""
    entry = trail.of_match(session, tenant=tenant, invoice=row.invoice, match=row.id)
    said = entry.body if entry is not None else {}
    now = {"record_sha256": inputs.digest(record), "answer_sha256": inputs.answer_digest(row.body)}
    for name, digest in now.items():
        if said.get(name) != digest:
            yield _difference(f"/trail/{name}", said.get(name), digest)


def _between(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Where the parts of two answers differ; nowhere only if their bytes are the same."""
    for name in PARTS:
        if inputs.as_bytes(then[name]) != inputs.as_bytes(now[name]):
            places = list(_places(f"/{name}", _by_id(then[name]), _by_id(now[name])))
            yield from places or [_difference(f"/{name}", then[name], now[name])]


def _by_id(value: Any) -> Any:
    """Findings by their identifiers, so that one more does not make all that follow differ."""
    if isinstance(value, list) and value and all(isinstance(entry, dict) and "id" in entry for entry in value):
        return {entry["id"]: entry for entry in value}
    return value


def _places(pointer: str, then: Any, now: Any) -> Iterator[dict[str, Any]]:
    if isinstance(then, dict) and isinstance(now, dict):
        for name in [*then, *(name for name in now if name not in then)]:
            yield from _places(f"{pointer}/{name}", then.get(name), now.get(name))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for at, (before, after) in enumerate(zip(then, now, strict=True)):
            yield from _places(f"{pointer}/{at}", before, after)
    elif then != now:
        yield _difference(pointer, then, now)


def _difference(pointer: str, then: Any, now: Any) -> dict[str, Any]:
    return {"pointer": pointer, "then": then, "now": now}
