"""The report of a schematron (SVRL) as broken rules, each with the place in the document."""

import re

from lxml import etree

from app.reading.einvoice import cii, ubl
from app.reading.reading import Breach
from app.reading.schematron.books import concerns, specification

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_STEP = re.compile(r"/\*:([^\[/]+)\[namespace-uri\(\)='([^']*)'\]\[([0-9]+)\]")
# The sentence begins with the identifier of the standard; the profiles of Factur-X number theirs anew.
_NAMED = re.compile(r"^\[([A-Z][A-Z0-9-]{2,39})\]\s*[-:]?\s*")
_WARNINGS = frozenset({"warning", "information", "info"})
_LONGEST_RULE = 40
_LONGEST_TEXT = 1000
_LONGEST_PLACE = 500
_MOST_RULES = 100


def breaches(svrl: str, root: etree._Element, book: str) -> tuple[Breach, ...]:
    """Each rule that the report found broken, once, at the first of its places; fatal ones first.

    Only assertions count: that an element "is not used" in a profile (a successful report) breaks nothing.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    named = specification(root)
    found: dict[str, Breach] = {}
    for entry in etree.fromstring(svrl.encode(), parser).iter(f"{_SVRL}failed-assert"):
        text = " ".join("".join(entry.find(f"{_SVRL}text").itertext()).split())
        named_by_text = _NAMED.match(text)
        rule = named_by_text[1] if named_by_text else (entry.get("id") or "?")[:_LONGEST_RULE]
        place = _place(entry.get("location") or "", root)[:_LONGEST_PLACE]
        if not concerns(rule, place, named, book):
            continue
        before = found.get(rule)
        if before is None:
            fatal = (entry.get("flag") or entry.get("role") or "fatal").casefold() not in _WARNINGS
            found[rule] = Breach(rule=rule, text=_NAMED.sub("", text)[:_LONGEST_TEXT], fatal=fatal, place=place)
        else:
            found[rule] = Breach(before.rule, before.text, before.fatal, before.place, before.times + 1)
    return tuple(sorted(found.values(), key=lambda entry: (not entry.fatal, entry.rule)))[:_MOST_RULES]


def _place(location: str, root: etree._Element) -> str:
    """The path to the element, written like that of an evidence: usual prefixes, a number only among several."""
    steps, element = [], None
    for local, space, number in _STEP.findall(location):
        tag = f"{{{space}}}{local}"
        siblings = [root] if element is None else element.findall(tag)
        at = int(number) - 1
        if at >= len(siblings):
            break
        element = siblings[at]
        prefix = ubl.prefix_of(space) or cii.prefix_of(space)
        name = f"{prefix}:{local}" if prefix else local
        steps.append(f"{name}[{number}]" if len(siblings) > 1 else name)
    return "/" + "/".join(steps)
