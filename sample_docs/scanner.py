"""What a scanner makes of a page: slightly turned, grey, noisy, without text."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageFilter

DOTS_PER_INCH = 170


def scanned(content: bytes, *, seed: str) -> bytes:
    """A PDF with a picture of each page and nothing else."""
    sheet = FPDF(unit="pt", format="A4")
    sheet.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    sheet.set_margin(0)
    sheet.set_auto_page_break(auto=False)
    for page in _pictures(content, seed):
        sheet.add_page()
        sheet.image(BytesIO(_jpeg(page, 62)), 0, 0, sheet.w, sheet.h)
    return bytes(sheet.output())


def photographed(content: bytes, *, seed: str) -> bytes:
    """The first page as a JPEG."""
    return _jpeg(_pictures(content, seed)[0], 60)


def _pictures(content: bytes, seed: str) -> list[Image.Image]:
    dice = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]))
    with pypdfium2.PdfDocument(content) as document:
        flat = [page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("L") for page in document]
    return [_worn(page, dice) for page in flat]


def _worn(page: Image.Image, dice: np.random.Generator) -> Image.Image:
    turned = page.rotate(
        float(dice.uniform(0.5, 1.1)) * dice.choice([-1, 1]), resample=Image.Resampling.BICUBIC, fillcolor=250
    )
    soft = turned.filter(ImageFilter.GaussianBlur(0.6))
    grey = np.asarray(soft, dtype=np.float32) * 0.93 + 8
    shade = np.linspace(0, 12, grey.shape[1], dtype=np.float32)
    noisy = grey - shade + dice.normal(0, 5, grey.shape)
    specks = dice.random(grey.shape) > 0.99997
    noisy[specks] = 90
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def _jpeg(page: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    page.save(out, "JPEG", quality=quality, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()
