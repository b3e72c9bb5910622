"""What there is to say of a register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register: a list of facts of one sort that somebody keeps and Countersign only reads.

    Attributes:
        code: its name in the API and in files.
        title: what a person calls it, within a sentence ("employee register").
        entry: the dataclass of its entries; the fields are the columns.
        key: what tells an entry from the others, in one string.
        holds: what it holds, in one sentence.
        personal: whether its entries are about people, so that only some may see them.
    """

    code: str
    title: str
    entry: type[Any]
    key: Callable[[Any], str]
    holds: str
    personal: bool = False


REGISTERS: Registry[Register] = Registry("register")
