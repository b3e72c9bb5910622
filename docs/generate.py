"""Write the pages that follow from the code: the standard, the settings, the problems, openapi.json.

`python -m docs.generate` writes them, `--check` says which are stale.
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from app.api import problems
from app.compose import context
from app.main import build
from app.matching.engine import RULES_VERSION
from app.matching.rule import RULES, Rule
from app.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "rules"


def standard() -> str:
    """Every rule with its criterion, procedure and worked cases."""
    chapters: Mapping[str, list[Rule]] = defaultdict(list)
    for rule in RULES.values():
        chapters[rule.chapter].append(rule)
    out = [
        "# The standard",
        "",
        (
            f"{len(RULES)} rules, version `{RULES_VERSION}`. A rule's code is for ever. "
            "The worked cases below each rule are run by the test suite."
        ),
        "",
    ]
    for chapter, rules in sorted(chapters.items()):
        out += [f"- [{chapter.replace('_', ' ').capitalize()}](#{chapter.replace('_', '-')}): "]
        out[-1] += ", ".join(f"[{rule.code}](#{rule.code.lower()})" for rule in rules)
    for chapter, rules in sorted(chapters.items()):
        out += ["", f"## {chapter.replace('_', ' ').capitalize()}"]
        for rule in rules:
            out += ["", *_rule(rule)]
    return "\n".join(out) + "\n"


def _rule(rule: Rule) -> list[str]:
    peppol = "/".join(part or "–" for part in (rule.peppol.status, rule.peppol.reason, rule.peppol.action))
    page = PAGES / f"{rule.code}.md"
    cases = page.read_text(encoding="utf-8").partition("\n## ")[2] if page.exists() else ""
    return [
        f"### {rule.code}",
        "",
        f"**{rule.title}.** {rule.criterion}",
        "",
        rule.procedure,
        "",
        (
            f"{rule.severity.value} · owner {rule.owner.value} · level {rule.level.value} · "
            f"asserts {rule.assertion.value} · version {rule.version} · Peppol {peppol} · "
            f"X12 426 {rule.x12_426 or '–'} · UNCL 4465 {rule.uncl_4465 or '–'}"
        ),
        "",
        f"Cured by: {rule.cure.words} (`{rule.cure.value}`).",
        *(["", ("#### " + cases.replace("\n## ", "\n#### ")).rstrip()] if cases else []),
    ]


def settings() -> str:
    """Every setting with its default and what it is for."""
    out = [
        "# Settings",
        "",
        "Read from the environment when a process starts.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, entry in Settings.model_fields.items():
        default = "" if entry.default is None else f"`{entry.default}`"
        out.append(f"| `COUNTERSIGN_{name.upper()}` | {default} | {entry.description} |")
    return "\n".join(out) + "\n"


def problem_pages() -> str:
    """Every problem that the API answers with."""
    out = [
        "# Problems",
        "",
        "Errors are `application/problem+json` (RFC 9457); `type` is `/problems/<slug>`.",
        "",
        "| slug | status | title | what to do |",
        "|---|---|---|---|",
    ]
    for slug, problem in sorted(problems.every().items()):
        out.append(f"| `{slug}` | {int(problem.status)} | {problem.title} | {problem.advice} |")
    return "\n".join(out) + "\n"


def openapi() -> str:
    """The description of the API."""
    with tempfile.TemporaryDirectory() as folder:
        ctx = context(Settings(data=Path(folder)), enqueue=lambda *_: None)
        described = build(ctx).openapi()
        ctx.db.close()
    return json.dumps(described, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def pages() -> Mapping[Path, str]:
    """All generated pages by their place."""
    return {
        ROOT / "docs" / "standard.md": standard(),
        ROOT / "docs" / "settings.md": settings(),
        ROOT / "docs" / "problems.md": problem_pages(),
        ROOT / "openapi.json": openapi(),
    }


def stale() -> list[str]:
    """The generated pages that no longer say what the code says."""
    return [
        str(path.relative_to(ROOT))
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write the pages, or check them."""
    if "--check" in sys.argv:
        old = stale()
        print("\n".join(old) or "fresh")  # noqa: T201 (a command)
        return 1 if old else 0
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
