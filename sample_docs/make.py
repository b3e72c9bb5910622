"""Makes the sample company's papers, their truths and the manifest anew: `.venv/bin/python sample_docs/make.py`."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE.parent)

from app.documents import canonical  # noqa: E402 (the path comes first)
from sample_docs.company import BUYER  # noqa: E402
from sample_docs.papers import Json, Paper  # noqa: E402
from sample_docs.press import layout, pages, print_all  # noqa: E402
from sample_docs.purchases import abroad, german, software  # noqa: E402
from sample_docs.purchases.planted import PLANTED, PURCHASES  # noqa: E402

SCENES = (
    german.bolts, german.washers, abroad.pumps, software.services, software.licenses, abroad.desks, abroad.cleaning,
    software.workplaces, german.tools, german.electrics, german.coolant, abroad.paper, abroad.cartons, abroad.directory,
)  # fmt: skip


def file_of(paper: Paper) -> str:
    """Where a paper lies, seen from the folder of the samples."""
    return f"{paper.folder}/{paper.stem}.{'jpg' if paper.scan == 'jpg' else 'pdf'}"


def entry_of(paper: Paper, content: bytes) -> Json:
    """The manifest's entry of a paper."""
    module = layout(paper)
    return {
        "file": file_of(paper),
        "kind": paper.document["kind"],
        "number": paper.document["number"],
        "supplier": paper.seller.name,
        "producer": module.PRODUCER,
        "layout": paper.layout,
        "language": module.LANGUAGE,
        "pages": 1 if paper.scan == "jpg" else pages(content),
        "scan": paper.scan is not None,
        "purchase": paper.folder,
        "arrived": paper.arrived,
        "truth": f"{paper.folder}/{paper.stem}.json",
    }


def write_json(path: Path, value: object) -> None:
    """Writes readable JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def manifest(papers: list[Paper], contents: list[bytes]) -> Json:
    """What there is, in which order it arrives, what is wrong in it and what is not."""
    entries = [entry_of(paper, content) for paper, content in zip(papers, contents, strict=True)]
    faulty = {entry["invoice"] for entry in PLANTED}
    bills = [entry["number"] for entry in entries if entry["kind"] in {"invoice", "credit_note"}]
    currencies = {file_of(paper): paper.document.get("currency") for paper in papers}
    planted = [
        entry | {"currency": currencies[entry["file"]] if entry["at_risk"] is not None else None} for entry in PLANTED
    ]
    company = {"name": BUYER.name, "vat_id": BUYER.vat_id, "address": BUYER.address, "purchases": PURCHASES}
    return {
        "company": company,
        "documents": entries,
        "arrival": [entry["file"] for entry in sorted(entries, key=lambda entry: entry["arrived"])],
        "planted": planted,
        "clean": [number for number in bills if number not in faulty],
    }


def main() -> None:
    """Writes everything; files of an earlier run are replaced."""
    papers = [paper for scene in SCENES for paper in scene()]
    for paper in papers:
        canonical.read(paper.document)
    contents = print_all(papers)
    for old in (path for folder in PURCHASES for path in (HERE / folder).glob("*")):
        old.unlink()
    for paper, content in zip(papers, contents, strict=True):
        path = HERE / file_of(paper)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        write_json(path.with_suffix(".json"), paper.document)
    write_json(HERE / "manifest.json", manifest(papers, contents))
    print(f"{len(papers)} papers, {sum(map(len, contents)):,} bytes")


if __name__ == "__main__":
    main()
