"""Flat OpenDocument text, as LibreOffice reads it: paragraphs, tab stops and ruled tables."""

from collections.abc import Iterable

from sample_docs.layouts.view import esc

_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


class Text:
    """A text document that is written from top to bottom."""

    def __init__(self, title: str, face: str, size: float, *, footer: str, margin: str = "2cm") -> None:
        self.title, self.face, self.size, self.footer, self.margin = title, face, size, footer, margin
        self.styles: list[str] = []
        self.body: list[str] = []

    def style(
        self,
        name: str,
        *,
        size: float | None = None,
        bold: bool = False,
        align: str = "start",
        above: str = "0cm",
        below: str = "0cm",
        tabs: Iterable[tuple[float, str]] = (),
        color: str = "#000000",
    ) -> str:
        """A paragraph style; `tabs` are places in centimetres with left or right alignment. Answers its name."""
        stops = "".join(f'<style:tab-stop style:position="{at}cm" style:type="{kind}"/>' for at, kind in tabs)
        self.styles.append(
            f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:text-align="{align}" '
            f'fo:margin-top="{above}" fo:margin-bottom="{below}"><style:tab-stops>{stops}</style:tab-stops></style:paragraph-properties>'
            f'<style:text-properties fo:font-size="{size or self.size}pt" fo:font-weight="{"bold" if bold else "normal"}" fo:color="{color}"/></style:style>'
        )
        return name

    def line(self, text: str, style: str = "Standard") -> None:
        """One paragraph; a tab character jumps to the next stop, a line feed breaks the row."""
        self.body.append(self.paragraph(text, style))

    @staticmethod
    def paragraph(text: str, style: str) -> str:
        """A paragraph's XML."""
        inner = esc(text).replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")
        return f'<text:p text:style-name="{style}">{inner}</text:p>'

    def table(
        self,
        name: str,
        widths: list[float],
        rows: list[list[tuple[str, str]]],
        *,
        rule: str,
        heads: int = 1,
        shift: float = 0,
    ) -> None:
        """A table of (text, paragraph style) cells with a rule around each; `heads` rows repeat on each page."""
        total = sum(widths)
        self.styles.append(
            f'<style:style style:name="{name}" style:family="table"><style:table-properties style:width="{total}cm" table:align="left" fo:margin-left="{shift}cm"/></style:style>'
            f'<style:style style:name="{name}.cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.09cm" fo:border="{rule}" style:vertical-align="top"/></style:style>'
        )
        columns = ""
        for at, width in enumerate(widths):
            self.styles.append(
                f'<style:style style:name="{name}.c{at}" style:family="table-column"><style:table-column-properties style:column-width="{width}cm"/></style:style>'
            )
            columns += f'<table:table-column table:style-name="{name}.c{at}"/>'

        def row(cells: list[tuple[str, str]]) -> str:
            shown = "".join(
                f'<table:table-cell table:style-name="{name}.cell" office:value-type="string">{self.paragraph(text, style)}</table:table-cell>'
                for text, style in cells
            )
            return f"<table:table-row>{shown}</table:table-row>"

        head = f"<table:table-header-rows>{''.join(map(row, rows[:heads]))}</table:table-header-rows>" if heads else ""
        self.body.append(
            f'<table:table table:name="{name}" table:style-name="{name}">{columns}{head}{"".join(map(row, rows[heads:]))}</table:table>'
        )

    def xml(self) -> str:
        """The whole document."""
        footer = f'<style:footer><text:p text:style-name="Foot">{esc(self.footer)}</text:p></style:footer>'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
            f"<office:meta><dc:title>{esc(self.title)}</dc:title><meta:creation-date>2026-01-01T00:00:00</meta:creation-date></office:meta>"
            f'<office:font-face-decls><style:font-face style:name="face" svg:font-family="{self.face}"/></office:font-face-decls>'
            f'<office:styles><style:style style:name="Standard" style:family="paragraph"><style:text-properties style:font-name="face" fo:font-size="{self.size}pt" fo:language="de" fo:country="DE"/></style:style>'
            '<style:style style:name="Foot" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:text-align="center"/><style:text-properties fo:font-size="7.5pt"/></style:style></office:styles>'
            f'<office:automatic-styles>{"".join(self.styles)}<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="{self.margin}"/>'
            "<style:footer-style/></style:page-layout></office:automatic-styles>"
            f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">{footer}</style:master-page></office:master-styles>'
            f"<office:body><office:text>{''.join(self.body)}</office:text></office:body></office:document>"
        )
