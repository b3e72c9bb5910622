"""A layout: what corrections taught of one supplier's paper, as plain values that cross a pipe as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

T = TypeVar("T")

Words = tuple[str, ...]
#: At most so many marks and rules are kept of one layout.
MOST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word of the fingerprint and how far from the left edge it begins, in points."""

    word: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """What the column under a head means: the head's words (none: it has no head) and edges, and its values' edges."""

    role: str
    words: Words
    head_x0: float
    head_x1: float
    x0: float
    x1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where a value of the head stands: beside its label (`dx`, `dy` from the label), else at a place on page 1.

    `shape` is the value's pattern of letters and digits, `many` the number of its words.
    """

    pointer: str
    words: Words
    dx: float
    dy: float
    x0: float
    x1: float
    middle: float
    shape: str
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRule:
    """What a label of a sum means: a field of the totals, or `skipped`."""

    role: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRule:
    """The kind of document that these words on the first page mean."""

    kind: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A remembered layout: its name and version, the fingerprint, and what was taught."""

    memory: str
    version: int = 1
    marks: tuple[Mark, ...] = ()
    columns: tuple[ColumnRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    sums: tuple[SumRule, ...] = ()
    titles: tuple[TitleRule, ...] = ()
    decimal_mark: str | None = None
    day_first: bool | None = None

    @property
    def teaches(self) -> bool:
        """Whether there is any rule in it."""
        body = bool(self.columns or self.sums or self.titles or self.decimal_mark)
        return body or bool(self.fields) or self.day_first is not None

    def without_body(self) -> "Layout":
        """What it teaches of the head alone: arithmetic spoke against the rest."""
        return replace(self, columns=(), sums=(), decimal_mark=None)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same layout back."""
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Layout":
        """The layout that the JSON describes.

        Raises:
            ValueError: it is none.
        """
        try:
            return Layout(
                memory=str(value["memory"]),
                version=int(value["version"]),
                marks=_each(Mark, value["marks"]),
                columns=_each(ColumnRule, value["columns"]),
                fields=_each(FieldRule, value["fields"]),
                sums=_each(SumRule, value["sums"]),
                titles=_each(TitleRule, value["titles"]),
                decimal_mark=value["decimal_mark"],
                day_first=value["day_first"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a layout: {error!r}") from error


def _each(cls: type[T], values: Any) -> tuple[T, ...]:
    names = {entry.name for entry in fields(cls)}  # type: ignore[arg-type]  # (the rules are dataclasses)
    return tuple(
        cls(**{name: tuple(part) if name == "words" else part for name, part in value.items() if name in names})
        for value in values[:MOST]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a remembered layout did in one reading of a document of the file.

    `outcome` is `used`, or `lost` where the arithmetic of the generic reading was better. `gave` names the
    values that the generic reading has otherwise, or not at all.
    """

    document: int
    memory: str
    version: int
    outcome: str
    gave: tuple[str, ...] = field(default=())


def merged(old: Layout | None, new: Layout) -> Layout:
    """The old layout with what is newly taught; on the same thing the new rule counts."""
    if old is None:
        return new
    roles = {rule.role for rule in new.columns} - {"ignored"}
    columns = [
        rule
        for rule in old.columns
        if rule.role not in roles and not any(_same_place(rule, other) for other in new.columns)
    ]
    pointers = {rule.pointer for rule in new.fields}
    labels = {rule.words for rule in new.sums}
    titles = {rule.words for rule in new.titles}
    return Layout(
        memory=old.memory,
        version=old.version + 1,
        marks=new.marks,
        columns=(*columns, *new.columns),
        fields=(*(rule for rule in old.fields if rule.pointer not in pointers), *new.fields),
        sums=(*(rule for rule in old.sums if rule.words not in labels), *new.sums),
        titles=(*(rule for rule in old.titles if rule.words not in titles), *new.titles),
        decimal_mark=new.decimal_mark or old.decimal_mark,
        day_first=new.day_first if new.day_first is not None else old.day_first,
    )


def _same_place(one: ColumnRule, two: ColumnRule) -> bool:
    """Whether both speak of one column."""
    if one.words != two.words:
        return False
    return min(abs(one.head_x0 - two.head_x0), abs(one.head_x1 - two.head_x1)) < 6.0  # noqa: PLR2004 (points)
