"""Turns papers into PDF files: one press for each way of making them."""

import importlib
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from types import ModuleType

import pypdfium2
import typst
from playwright.sync_api import sync_playwright

from sample_docs.layouts.facturx import declared
from sample_docs.papers import Paper
from sample_docs.scanner import photographed, scanned

LAYOUTS = Path(__file__).parent / "layouts"
BORN = 1_767_225_600  # 2026-01-01, so that the same papers give the same files
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


def layout(paper: Paper) -> ModuleType:
    """The module that lays the paper out."""
    return importlib.import_module(f"sample_docs.layouts.{paper.layout}")


def print_all(papers: list[Paper]) -> list[bytes]:
    """The files of all papers, in order."""
    made: dict[int, bytes] = {}
    for at, paper in enumerate(papers):
        module = layout(paper)
        if hasattr(module, "pdf"):
            made[at] = module.pdf(paper)
        elif hasattr(module, "fill"):
            made[at] = _typeset(paper, module)
    made |= _browse({at: paper for at, paper in enumerate(papers) if hasattr(layout(paper), "page")})
    made |= _office({at: paper for at, paper in enumerate(papers) if hasattr(layout(paper), "text")})
    return [_scan(paper, made[at]) for at, paper in enumerate(papers)]


def pages(content: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(content) as document:
        return len(document)


def _scan(paper: Paper, content: bytes) -> bytes:
    if paper.scan == "pdf":
        return scanned(content, seed=paper.stem)
    if paper.scan == "jpg":
        return photographed(content, seed=paper.stem)
    return content


def _typeset(paper: Paper, module: ModuleType) -> bytes:
    filled, attached = module.fill(paper)
    inputs = {"d": json.dumps(filled)}
    if attached is not None:
        inputs["xml"] = attached.decode()
    made = typst.compile(
        str(LAYOUTS / f"{paper.layout}.typ"),
        sys_inputs=inputs,
        pdf_standards="a-3b" if attached is not None else None,
        timestamp=BORN,
    )
    return made if attached is None else declared(made)


def _browse(papers: dict[int, Paper]) -> dict[int, bytes]:
    made = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        sheet = browser.new_page()
        for at, paper in papers.items():
            module = layout(paper)
            sheet.set_content(module.page(paper))
            footer = (
                {"display_header_footer": True, "header_template": "<i></i>", "footer_template": module.FOOTER}
                if module.FOOTER
                else {}
            )
            made[at] = _dated(sheet.pdf(prefer_css_page_size=True, print_background=True, **footer))
        browser.close()
    return made


def _office(papers: dict[int, Paper]) -> dict[int, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for at, paper in papers.items():
            (home / f"{at}.fodt").write_text(layout(paper).text(paper), encoding="utf-8")
        command = [
            "soffice",
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{home}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            str(home),
        ]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(BORN), "TZ": "UTC", "HOME": str(home)}
        subprocess.run(
            [*command, *(str(home / f"{at}.fodt") for at in papers)],
            check=True,
            capture_output=True,
            env=environment,
            timeout=300,
        )
        return {at: _dated((home / f"{at}.pdf").read_bytes()) for at in papers}


def _dated(content: bytes) -> bytes:
    """The PDF with a fixed date and identity of the same length, so that offsets stay right."""
    content = re.sub(rb"(/(?:CreationDate|ModDate)\s*\(D:)\d{14}", rb"\g<1>20260101000000", content)
    content = re.sub(rb"/DocChecksum /[0-9A-F]{32}", b"/DocChecksum /" + b"0" * 32, content)
    return re.sub(
        rb"(/ID \[\s*)<[0-9A-Fa-f]{32}>(\s*)<[0-9A-Fa-f]{32}>",
        rb"\g<1><" + b"0" * 32 + rb">\g<2><" + b"0" * 32 + b">",
        content,
    )
