"""A sheet of paper for fpdf2: text at a place in millimetres, with the fonts every viewer has."""

from datetime import UTC, datetime

from fpdf import FPDF

_BORN = datetime(2026, 1, 1, tzinfo=UTC)


class Sheet:
    """One page; `y` is the base line in millimetres from the top."""

    def __init__(self, size: str, title: str, author: str) -> None:
        self.pdf = FPDF(format=size)
        self.pdf.set_creation_date(_BORN)
        self.pdf.set_title(title)
        self.pdf.set_author(author)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_page()

    def text(
        self, x: float, y: float, text: str, face: str, style: str, size: float, *, align: str = "L", grey: int = 0
    ) -> None:
        """Print one row; `align` says which end of it `x` is."""
        self.pdf.set_font(face, style, size)
        self.pdf.set_text_color(grey)
        width = self.pdf.get_string_width(text)
        self.pdf.text(x - {"L": 0, "R": width, "C": width / 2}[align], y, text)

    def wrapped(self, text: str, face: str, size: float, width: float) -> list[str]:
        """The rows that a text needs in a width."""
        self.pdf.set_font(face, "", size)
        rows, row = [], ""
        for word in text.split(" "):
            longer = f"{row} {word}".strip()
            if row and self.pdf.get_string_width(longer) > width:
                rows.append(row)
                row = word
            else:
                row = longer
        return [*rows, row]

    def rule(self, x: float, y: float, to: float, weight: float) -> None:
        """A horizontal rule."""
        self.pdf.set_line_width(weight)
        self.pdf.line(x, y, to, y)

    def box(self, x: float, y: float, width: float, height: float, *, fill: int | None = None) -> None:
        """A rectangle, filled with a grey if one is given."""
        self.pdf.set_line_width(0.25)
        if fill is not None:
            self.pdf.set_fill_color(fill)
        self.pdf.rect(x, y, width, height, style="DF" if fill is not None else "D")

    def bytes(self) -> bytes:
        """The PDF."""
        return bytes(self.pdf.output())
