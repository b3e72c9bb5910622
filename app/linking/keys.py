"""License keys and entitlement ids that more than one purchase holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.documents.document import License
from app.documents.license_keys import is_sealed
from app.documents.normal import number_key
from app.linking.filed import Filed
from app.linking.headers import lines_of
from app.linking.link import LineOf
from app.linking.proofs import rights_of


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyClash:
    """A key on a license receipt that an earlier receipt line holds already."""

    key: str
    line: LineOf
    holder: LineOf


def keys_of(held: License | None) -> frozenset[str]:
    """The keys and entitlement ids of a license in one form; sealed keys stay as they are."""
    if held is None:
        return frozenset()
    named = (*held.keys, *held.entitlement_ids)
    return frozenset(key if is_sealed(key) else number_key(key) or "" for key in named) - {""}


def clashes(own: Sequence[Filed], others: Iterable[Filed]) -> tuple[KeyClash, ...]:
    """The keys of one's own receipts that an earlier line of any receipt holds for the same time.

    The same receipt sent again is no clash, nor is a renewal: its term begins after the other's end.
    """
    holders: dict[str, list[LineOf]] = {}
    wanted = {paper.id for paper in own}
    papers = {paper.id: paper for paper in (*others, *own)}
    found: list[KeyClash] = []
    for paper in sorted(papers.values(), key=lambda entry: (entry.sequence, entry.id)):
        for line in lines_of(paper):
            for key in sorted(keys_of(line.line.license)):
                if paper.id in wanted and _listed_twice(line, key):
                    found.append(KeyClash(key=key, line=line, holder=line))
                elif paper.id in wanted:
                    earlier = (holder for holder in holders.get(key, []) if _clash(line, holder))
                    found.extend(KeyClash(key=key, line=line, holder=holder) for holder in list(earlier)[:1])
                holders.setdefault(key, []).append(line)
    return tuple(found)


def _listed_twice(line: LineOf, key: str) -> bool:
    """Whether one line names a key twice, and counts it as two rights."""
    held = line.line.license
    named = (*held.keys, *held.entitlement_ids) if held is not None else ()
    times = sum(keys_of(License(keys=(name,))) == {key} for name in named)
    return times > 1 and (rights_of(line.line) or 0) >= len(named)


def _clash(line: LineOf, holder: LineOf) -> bool:
    if line.filed.id != holder.filed.id:
        ours, theirs = number_key(line.document.number), number_key(holder.document.number)
        if ours is not None and ours == theirs:
            return False
    return _overlap(line.line.license, holder.line.license)


def _overlap(left: License | None, right: License | None) -> bool:
    if left is None or right is None:
        return False
    if left.end is not None and right.start is not None and left.end < right.start:
        return False
    return not (right.end is not None and left.start is not None and right.end < left.start)
