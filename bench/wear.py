"""Wear: pages worn in many ways, as printers, copiers, faxes and telephones wear them, and what can still be read.

`python -m bench wear [COUNT] [KIND …]` prints line F1, head and CPU seconds a page for each kind of wear, on so many
pages (6) that are read without a fault from their text layer: half of the corpus, each of another family, half from
the press of the tests.

Each kind of wear takes the page as drawn at 300 dpi, in colour, and gives a file as a scanner or a telephone sends
it. The same page and seed always give the same file.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.reading.formats import pdf, scan
from app.reading.ocr.networks import available
from bench import scans
from tests.documents import press

SEEDS = range(9003, 9100)
PAGES = 6
DRAWN_DPI = 300

Wear = Callable[[Image.Image, np.random.Generator], bytes]
WEAR: dict[str, Wear] = {}


def wear(made: Wear) -> Wear:
    """Enter a kind of wear under its name."""
    WEAR[made.__name__] = made
    return made


def sent(page: Image.Image, form: str = "PNG", dpi: float | tuple[float, float] = 200, **facts: object) -> bytes:
    """The picture as a file."""
    both = dpi if isinstance(dpi, tuple) else (dpi, dpi)
    out = io.BytesIO()
    page.save(out, form, dpi=both, **facts)
    return out.getvalue()


def at(page: Image.Image, dpi: float) -> Image.Image:
    """The page as a scanner of that resolution sees it."""
    share = dpi / DRAWN_DPI
    return page.resize((round(page.width * share), round(page.height * share)), Image.Resampling.BOX)


def noisy(page: Image.Image, dice: np.random.Generator, level: float) -> Image.Image:
    grey = np.asarray(page, dtype=np.float32) + dice.normal(0, level, np.asarray(page).shape).astype(np.float32)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def lit(page: Image.Image, light: np.ndarray) -> Image.Image:
    """The page under a light that is 1 where it is full."""
    full = np.asarray(page, dtype=np.float32) * (light[..., None] if page.mode == "RGB" else light)
    return Image.fromarray(np.clip(full, 0, 255).astype(np.uint8))


def bitonal(page: Image.Image, level: int = 150) -> Image.Image:
    return page.convert("L").point(lambda grey: 255 if grey > level else 0).convert("1", dither=Image.Dither.NONE)


@wear
def clean(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """A flatbed scan of 200 dpi in grey."""
    return sent(at(page.convert("L"), 200))


@wear
def quarter(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """Put in sideways."""
    return sent(at(page.convert("L"), 200).transpose(Image.Transpose.ROTATE_90))


@wear
def head_down(page: Image.Image, _dice: np.random.Generator) -> bytes:
    return sent(at(page.convert("L"), 200).transpose(Image.Transpose.ROTATE_180))


@wear
def quarter_and_leaning(page: Image.Image, _dice: np.random.Generator) -> bytes:
    turned = at(page.convert("L"), 200).transpose(Image.Transpose.ROTATE_270)
    return sent(turned.rotate(1.7, resample=Image.Resampling.BICUBIC, fillcolor=245))


@wear
def leaning(page: Image.Image, _dice: np.random.Generator) -> bytes:
    grey = at(page.convert("L"), 200)
    return sent(grey.rotate(5, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255))


@wear
def leaning_on_black(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """A sheet askew on a scanner whose lid was open: black around it."""
    grey = at(page.convert("L"), 200)
    return sent(grey.rotate(-3.2, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=8), "JPEG", quality=70)


@wear
def coarse(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """100 dpi, as mail programs shrink pictures."""
    return sent(at(page.convert("L"), 100), "JPEG", dpi=100, quality=75)


@wear
def squeezed(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """150 dpi, strongly compressed."""
    return sent(at(page, 150), "JPEG", dpi=150, quality=30)


@wear
def fine_in_colour(page: Image.Image, _dice: np.random.Generator) -> bytes:
    return sent(at(page, 300), "JPEG", dpi=300, quality=60)


@wear
def fax(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """Fine fax: 204 × 196 dpi, black and white."""
    grey = at(page.convert("L"), 204)
    grey = grey.resize((grey.width, round(grey.height * 196 / 204)), Image.Resampling.BOX)
    return sent(bitonal(grey), "TIFF", dpi=(204, 196), compression="group4")


@wear
def coarse_fax(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """Standard fax: 204 × 98 dpi, black and white."""
    grey = at(page.convert("L"), 204)
    grey = grey.resize((grey.width, round(grey.height * 98 / 204)), Image.Resampling.BOX)
    return sent(bitonal(grey), "TIFF", dpi=(204, 98), compression="group4")


@wear
def dirty(page: Image.Image, dice: np.random.Generator) -> bytes:
    """A copy of a copy: specks, noise, swollen print."""
    grey = at(page.convert("L"), 200).filter(ImageFilter.GaussianBlur(0.7))
    grey = noisy(grey, dice, 14)
    levels = np.asarray(grey).copy()
    for _ in range(500):
        x, y, wide = int(dice.integers(levels.shape[1])), int(dice.integers(levels.shape[0])), int(dice.integers(1, 4))
        levels[y : y + wide, x : x + wide] = int(dice.integers(0, 120))
    return sent(Image.fromarray(levels), "JPEG", quality=60)


@wear
def faded(page: Image.Image, dice: np.random.Generator) -> bytes:
    """Print that is pale grey on greyish paper."""
    grey = np.asarray(at(page.convert("L"), 200), dtype=np.float32)
    return sent(noisy(Image.fromarray((grey * 0.28 + 150).astype(np.uint8)), dice, 3), "JPEG", quality=70)


@wear
def coloured_paper(page: Image.Image, _dice: np.random.Generator) -> bytes:
    tint = Image.new("RGB", page.size, (245, 205, 120))
    return sent(at(ImageChops.multiply(page, tint), 200), "JPEG", quality=60)


@wear
def punched(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """Punch holes, black borders of the glass, and a fold."""
    grey = at(page.convert("L"), 200)
    draw = ImageDraw.Draw(grey)
    for share in (0.36, 0.64):
        x, y, r = 70, round(grey.height * share), 24
        draw.ellipse((x - r, y - r, x + r, y + r), fill=15)
    draw.rectangle((0, 0, 18, grey.height), fill=5)
    draw.rectangle((0, grey.height - 26, grey.width, grey.height), fill=5)
    light = np.ones((grey.height, grey.width), dtype=np.float32)
    for y in (grey.height // 3, 2 * grey.height // 3):
        near = np.abs(np.arange(grey.height) - y)
        light *= np.where(near < 3, 0.62, 1 - 0.12 * np.exp(-near / 30))[:, None].astype(np.float32)
    return sent(lit(grey, light).rotate(0.6, resample=Image.Resampling.BICUBIC, fillcolor=250), "JPEG", quality=60)


@wear
def stamped(page: Image.Image, _dice: np.random.Generator) -> bytes:
    """A received stamp in blue, ticks and a signature by hand over the print."""
    out = at(page, 200).convert("RGB")
    draw = ImageDraw.Draw(out)
    wide, tall = out.size
    for row in range(8):
        x, y = wide * (0.80 + 0.01 * (row % 3)), tall * (0.36 + 0.035 * row)
        draw.line([(x, y), (x + 12, y + 16), (x + 42, y - 26)], fill=(40, 60, 170), width=4)
    stamp = Image.new("RGBA", (420, 170), (0, 0, 0, 0))
    ink = ImageDraw.Draw(stamp)
    ink.rectangle((4, 4, 415, 165), outline=(60, 70, 190, 190), width=6)
    ink.text((40, 30), "RECEIVED", fill=(60, 70, 190, 190), font_size=62)
    ink.text((70, 105), "12 MAR 2026", fill=(60, 70, 190, 190), font_size=44)
    turned = stamp.rotate(12, expand=True, resample=Image.Resampling.BICUBIC)
    out.paste(turned, (round(wide * 0.52), round(tall * 0.16)), turned)
    curve = [(wide * (0.55 + 0.004 * step), tall * (0.86 + 0.02 * np.sin(step * 0.9))) for step in range(60)]
    draw.line(curve, fill=(30, 30, 90), width=4)
    return sent(out, "JPEG", quality=70)


@wear
def shaded(page: Image.Image, dice: np.random.Generator) -> bytes:
    """A photograph taken straight from above, with a shadow across and the light falling off."""
    out = at(page, 180)
    down, across = np.mgrid[0 : out.height, 0 : out.width].astype(np.float32)
    light = 0.95 - 0.35 * across / out.width - 0.15 * down / out.height
    edge = across * 0.6 + down * 0.8 - out.height * 0.55
    light *= 1 - 0.38 / (1 + np.exp(-edge / 18))
    warm = ImageChops.multiply(out, Image.new("RGB", out.size, (255, 246, 226)))
    return sent(noisy(lit(warm, light), dice, 5), "JPEG", dpi=72, quality=60)


def homography(source: list[tuple[float, float]], target: list[tuple[float, float]]) -> list[float]:
    """The eight numbers with which Pillow draws `source` where `target` is."""
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float))]


def on_a_table(page: Image.Image, corners: list[tuple[float, float]], dice: np.random.Generator) -> Image.Image:
    """The page seen at an angle on a wooden table, 1800 × 2400 pixels."""
    wide, tall = 1800, 2400
    down, across = np.mgrid[0:tall, 0:wide].astype(np.float32)
    grain = 18 * np.sin(across / 23 + 3 * np.sin(down / 310)) + 9 * np.sin(across / 7 + down / 90)
    wood = np.stack([118 + grain, 84 + 0.8 * grain, 56 + 0.6 * grain], axis=-1)
    table = Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8))
    sheet = at(page, 220)
    square = [(0.0, 0.0), (sheet.width, 0.0), (sheet.width, sheet.height), (0.0, sheet.height)]
    target = [(x * wide, y * tall) for x, y in corners]
    numbers = homography(square, target)
    drawn = sheet.transform((wide, tall), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform((wide, tall), Image.Transform.PERSPECTIVE, numbers)
    table.paste(drawn, (0, 0), mask)
    light = 0.98 - 0.3 * np.hypot(across / wide - 0.4, down / tall - 0.35)
    return noisy(lit(table, light.astype(np.float32)), dice, 4)


@wear
def phone(page: Image.Image, dice: np.random.Generator) -> bytes:
    """A photograph from a telephone held a little askew over the table."""
    corners = [(0.09, 0.07), (0.90, 0.10), (0.955, 0.95), (0.05, 0.93)]
    return sent(on_a_table(page, corners, dice), "JPEG", dpi=72, quality=55)


@wear
def phone_aslant(page: Image.Image, dice: np.random.Generator) -> bytes:
    """A photograph from one side: strong perspective, turned by some degrees."""
    corners = [(0.17, 0.05), (0.93, 0.14), (0.86, 0.95), (0.04, 0.86)]
    return sent(on_a_table(page, corners, dice), "JPEG", dpi=72, quality=70)


@wear
def phone_sideways(page: Image.Image, dice: np.random.Generator) -> bytes:
    """The same held upright, saved as it fell on the chip, with the turn in its EXIF."""
    corners = [(0.06, 0.06), (0.92, 0.09), (0.95, 0.95), (0.09, 0.92)]
    shot = on_a_table(page, corners, dice).transpose(Image.Transpose.ROTATE_90)
    facts = Image.Exif()
    facts[0x0112] = 6
    return sent(shot, "JPEG", dpi=72, quality=70, exif=facts)


@wear
def blurred(page: Image.Image, dice: np.random.Generator) -> bytes:
    """Out of focus, and a little dark."""
    soft = at(page.convert("L"), 200).filter(ImageFilter.GaussianBlur(1.5))
    return sent(noisy(ImageEnhance.Brightness(soft).enhance(0.8), dice, 4), "JPEG", quality=70)


def faultless(data: bytes, truth: dict) -> bool:
    """Whether the text layer of the one page gives every line."""
    with pdfium.PdfDocument(data) as document:
        if len(document) != 1:
            return False
    return scans.line_f1(scans.written(pdf.read(data)).get("lines") or [], truth["lines"]) == 1


def pages(count: int) -> Iterator[tuple[Image.Image, dict]]:
    """So many pages, drawn, with their truths."""
    families: dict[str, tuple[bytes, dict]] = {}
    for paper in scans.papers():
        if (
            paper.family not in families
            and paper.truth.get("lines")
            and faultless(paper.path.read_bytes(), paper.truth)
        ):
            families[paper.family] = (paper.path.read_bytes(), paper.truth)
    found = list(families.values())
    half = count // 2
    chosen = found[:: max(1, len(found) // max(half, 1))][:half]
    printed = (press.document(seed) for seed in SEEDS)
    chosen += islice((entry for entry in printed if faultless(*entry)), count - half)
    for data, truth in chosen:
        with pdfium.PdfDocument(data) as document:
            yield document[0].render(scale=DRAWN_DPI / 72).to_pil().convert("RGB"), truth


def main() -> None:
    if not available():
        print("the extra `ocr` is not installed: pip install countersign[ocr]")
        return
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), PAGES)
    kinds = [word for word in sys.argv[1:] if word in WEAR] or list(WEAR)
    drawn = list(pages(count))
    for kind in kinds:
        lines, heads, seconds = [], [], 0.0
        for page, truth in drawn:
            data = WEAR[kind](page, np.random.default_rng(7))
            began = time.process_time()
            read = scans.written(scan.read(data))
            seconds += time.process_time() - began
            lines.append(scans.line_f1(read.get("lines") or [], truth["lines"]))
            heads += scans.head(read, truth)
        rates = f"line F1 {sum(lines) / len(lines):.3f}  head {sum(heads) / max(len(heads), 1):.3f}"
        print(f"{kind:<22}{rates}  {seconds / len(drawn):.1f} s  ({len(drawn)})", flush=True)


if __name__ == "__main__":
    main()
