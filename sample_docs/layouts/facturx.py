"""Says in a PDF's metadata that it carries a Factur-X invoice, as the specification's XMP extension asks."""

import re

_HEAD = re.compile(rb"<</Length (\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
_SPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": ("The name of the embedded XML document", "factur-x.xml"),
    "DocumentType": ("The type of the hybrid document in capital letters", "INVOICE"),
    "Version": ("The actual version of the standard applying to the embedded XML document", "1.0"),
    "ConformanceLevel": ("The conformance level of the embedded XML document", "EN 16931"),
}


def declared(content: bytes) -> bytes:
    """The PDF with the extension in its XMP stream; the table of offsets is moved along.

    Only for files as typst writes them: one revision, a plain XMP stream, a classic table of offsets.
    """
    found = _HEAD.search(content)
    if found is None:
        raise ValueError("no plain XMP stream in the PDF")
    start, end = found.end(), found.end() + int(found[1])
    xmp = content[start:end]
    xmp = xmp.replace(b"<pdfaExtension:schemas><rdf:Bag>", b"<pdfaExtension:schemas><rdf:Bag>" + _schema())
    xmp = xmp.replace(b"</rdf:RDF>", _description() + b"</rdf:RDF>")
    head = f"<</Length {len(xmp)}/Type/Metadata/Subtype/XML>>\nstream\n".encode()
    grown = content[: found.start()] + head + xmp + content[end:]
    return _moved(grown, found.start(), len(grown) - len(content))


def _schema() -> bytes:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>{about}</pdfaProperty:description></rdf:li>"
        for name, (about, _) in _PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_SPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    ).encode()


def _description() -> bytes:
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (_, value) in _PROPERTIES.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{_SPACE}">{values}</rdf:Description>'.encode()


def _moved(content: bytes, after: int, shift: int) -> bytes:
    """The file with every offset behind `after` moved by `shift`."""

    def entry(found: re.Match[bytes]) -> bytes:
        offset = int(found[1])
        return b"%010d" % (offset + shift if offset > after else offset) + found[2]

    body, _, table = content.rpartition(b"\nxref\n")
    table = re.sub(rb"(\d{10})( \d{5} n)", entry, table)
    table = re.sub(rb"(?<=startxref\n)\d+", lambda found: b"%d" % (int(found[0]) + shift), table)
    return body + b"\nxref\n" + table
