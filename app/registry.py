"""These are all the X: an append-only mapping that each package fills with its own kind of thing."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """An append-only mapping from a code to what it names, in the order of the codes.

    A code that is registered twice is an error at import: a code is for ever.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._entries: dict[str, T] = {}

    def add(self, code: str, entry: T) -> T:
        """Register the entry under the code and give it back.

        Raises:
            ValueError: the code is taken.
        """
        if code in self._entries:
            raise ValueError(f"{self._what} {code!r} is registered twice")
        self._entries[code] = entry
        return entry

    def __getitem__(self, code: str) -> T:
        return self._entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)


def discover(package: ModuleType) -> None:
    """Import every module of the package, in name order, so that each registers what it holds."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        importlib.import_module(f"{package.__name__}.{module.name}")
