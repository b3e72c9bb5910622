"""The tree of an XML file, parsed without DTD, entities or network, and looked up by plain names."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree

from app.reading.reading import Verdict

# Every element opens and closes with this byte, in all encodings that XML parsers must know.
_OPEN = b"<"
_MOST_OPENINGS = 1_600_000
_MOST_SHOWN = 80
# A file that an invoice carries along may be larger than the parser lets one text be; it is no field of it.
_LARGE = 8_000_000
_CARRIED = re.compile(
    rb"(<(?:\w+:)?(?:EmbeddedDocumentBinaryObject|AttachmentBinaryObject|Attachment)(?:\s[^<>]*)?>)[\w+/=\s-]{1000,}(?=</)"
)

#: What prefix a namespace has in paths; None hides its elements, so that no stranger poses as a field.
Prefixes = Callable[[str], str | None]


class UnreadableError(Exception):
    """The file cannot be read; the verdict says how, the reason why and where."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


def malformed(reason: str) -> UnreadableError:
    """The error for a file that breaks its own format."""
    return UnreadableError(Verdict.MALFORMED, reason)


class Names(dict[str, tuple[str, str] | None]):
    """The local and the shown name of each tag as lxml writes it, None for a stranger's; found once a tag."""

    def __init__(self, prefix_of: Prefixes) -> None:
        super().__init__()
        self._prefix_of = prefix_of

    def __missing__(self, tag: str) -> tuple[str, str] | None:
        space, _, local = tag.rpartition("}")
        prefix = self._prefix_of(space[1:])
        found = None if prefix is None else (local, f"{prefix}:{local}" if prefix else local)
        self[tag] = found
        return found


class Node:
    """An element with its children by local name; made as far as it is looked at."""

    __slots__ = ("_kids", "_names", "_path", "_place", "element", "name", "parent", "text")

    def __init__(
        self,
        element: etree._Element,
        name: str,
        parent: "Node | None",
        place: int,
        names: Names,
        path: str | None = None,
    ) -> None:
        self.element = element
        self.name = name
        self.parent = parent
        text = element.text
        #: The text, without the blanks around it.
        self.text: str = text.strip() if text else ""
        self._place = place
        self._names = names
        self._kids: dict[str, list[Node]] | None = None
        self._path = path

    @property
    def kids(self) -> dict[str, list["Node"]]:
        """The children by local name, in the order of the file."""
        found = self._kids
        if found is None:
            found = self._kids = {}
            names = self._names
            for child in self.element:
                known = names[child.tag]
                if known is not None:
                    same = found.setdefault(known[0], [])
                    same.append(Node(child, known[1], self, len(same), names))
        return found

    def all(self, path: str) -> Iterator["Node"]:
        """The elements under the path; a step may name several, `A|B/C`, looked for in that order."""
        return _under(self, _steps(path), 0)

    def at(self, path: str) -> "Node | None":
        """The first element under the path that is not empty."""
        return _first(self, _steps(path), 0)

    def get(self, attribute: str) -> str | None:
        """An attribute's text."""
        value: str | None = self.element.get(attribute)
        return value.strip() or None if value else None

    def says(self, path: str) -> str | None:
        """The text of the first element under the path."""
        node = self.at(path)
        return node.text or None if node is not None else None

    @property
    def line(self) -> int:
        """The line of the file that the element begins in."""
        return self.element.sourceline or 0

    @property
    def path(self) -> str:
        """A short XPath to the element."""
        if self._path is None:
            if self.parent is None:
                self._path = f"/{self.name}"
            else:
                several = len(self.parent.kids[self.name.rpartition(":")[2]]) > 1
                self._path = f"{self.parent.path}/{self.name}" + (f"[{self._place + 1}]" if several else "")
        return self._path


Steps = tuple[tuple[str, ...], ...]


def _under(node: Node, steps: Steps, depth: int) -> Iterator[Node]:
    last = depth + 1 == len(steps)
    for name in steps[depth]:
        for kid in node.kids.get(name, ()):
            if last:
                yield kid
            else:
                yield from _under(kid, steps, depth + 1)


def _first(node: Node, steps: Steps, depth: int) -> Node | None:
    kids = node.kids
    last = depth + 1 == len(steps)
    for name in steps[depth]:
        for kid in kids.get(name, ()):
            if last:
                if kid.text or len(kid.element):
                    return kid
            elif (found := _first(kid, steps, depth + 1)) is not None:
                return found
    return None


@lru_cache(maxsize=2000)
def _steps(path: str) -> Steps:
    return tuple(tuple(step.split("|")) for step in path.split("/"))


def parse(data: bytes) -> etree._Element:
    """The root of the XML.

    Raises:
        UnreadableError: it is not well-formed, declares a document type, or is too large or too deep.
    """
    if b"<!DOCTYPE" in data:
        raise _doctype()
    if data.count(_OPEN) > _MOST_OPENINGS:
        raise UnreadableError(Verdict.RESOURCE_LIMIT, "The XML has too many elements. Send it in parts.")
    if len(data) > _LARGE:
        data = _CARRIED.sub(rb"\1", data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    except ValueError:
        raise malformed("The XML names an encoding that it is not written in. Export it again.") from None
    # UTF-16 hides the word from the search above.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    return root


def _doctype() -> UnreadableError:
    return malformed("The XML declares a document type (DOCTYPE), which e-invoices have no use for. Export it without.")


def _broken(error: etree.XMLSyntaxError) -> UnreadableError:
    reason = str(error.msg or "it is not well-formed").partition(", line ")[0][:_MOST_SHOWN]
    if "Excessive depth" in reason or "too long" in reason or "huge" in reason.lower() or "Maximum" in reason:
        return UnreadableError(Verdict.RESOURCE_LIMIT, f"The XML is too deep or too large: {reason}. Export it again.")
    return malformed(f"The XML breaks off being XML in line {error.lineno}: {reason}. Export it again.")
