"""The process that checks e-invoices: it compiles each book of rules once, and answers until the other side hangs up.

It gets an XML that the reader parsed and wrote anew, so none with a document type or an entity; it opens no file but
the books, no address, and holds no secret. Started by `checker.py` with one socket.
"""

import json
import resource
import sys
from multiprocessing.connection import Connection
from typing import Any

from lxml import etree

from app.reading.schematron import report
from app.reading.schematron.books import stylesheet

_MOST_OPEN_FILES = 64
_LOCAL_ONLY = ("http://saxon.sf.net/feature/allowedProtocols", "file")


class _Rules:
    """The processor, with each book that was asked for, compiled."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor  # type: ignore[import-not-found]  # noqa: PLC0415 (only in this process)

        self._saxon: Any = PySaxonProcessor(license=False)
        self._saxon.set_configuration_property(*_LOCAL_ONLY)
        self._compiler = self._saxon.new_xslt30_processor()
        self._books: dict[str, Any] = {}

    def broken(self, book: str, data: bytes) -> list[list[Any]]:
        """The rules of the book that the document breaks."""
        compiled = self._books.get(book)
        if compiled is None:
            compiled = self._books[book] = self._compiler.compile_stylesheet(stylesheet_file=str(stylesheet(book)))
        tree = self._saxon.parse_xml(xml_text=data.decode())
        svrl = compiled.transform_to_string(xdm_node=tree)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        root = etree.fromstring(data, parser)
        return [[e.rule, e.text, e.fatal, e.place, e.times] for e in report.breaches(svrl, root, book)]


def main(control: int, memory: int) -> None:
    """Answer `book NUL xml` with the broken rules as JSON, or with an error's sentence."""
    # The processor reserves 32 GB of addresses, so what counts is the memory that it may write to.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
    with Connection(control) as channel:
        rules = _Rules()
        channel.send_bytes(b"ready")
        while True:
            try:
                book, _, data = channel.recv_bytes().partition(b"\x00")
            except EOFError:
                return
            try:
                answer: dict[str, Any] = {"broken": rules.broken(book.decode(), data)}
            except Exception as error:  # noqa: BLE001 (whatever the document does to its rules, it is told)
                answer = {"error": str(error)[:300]}
            channel.send_bytes(json.dumps(answer).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
