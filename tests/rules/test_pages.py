"""Every rule has a page; every page fires and stays silent; every case finds just what it says."""

from pathlib import Path

import pytest

from app.matching.engine import RULES_VERSION
from app.matching.rule import RULES
from tests.notation import Case, page

PAGES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [(path.stem, case) for path in PAGES for case in page(path)]


def test_every_rule_has_a_page_and_every_page_a_rule():
    assert RULES_VERSION
    assert {path.stem for path in PAGES} == set(RULES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_shows_the_rule_firing_and_silent(path):
    cases = page(path)

    assert any(case.finds for case in cases), "no case in which the rule finds something"
    assert any(case.is_clean for case in cases), "no case in which the rule finds nothing"
    assert all(bool(case.finds) != case.is_clean for case in cases), "a case says finds or finds nothing"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_titled_by_its_code_and_says_the_criterion(path):
    first, *rest = path.read_text(encoding="utf-8").splitlines()

    assert first == f"# {path.stem}"
    assert any(row and not row.startswith(("#", "`")) for row in rest)


@pytest.mark.parametrize(("code", "case"), CASES, ids=[f"{code}: {case.title}" for code, case in CASES])
def test_a_case_finds_just_what_it_says(code: str, case: Case):
    judgement = case.judged()

    found = [finding for finding in judgement.findings if finding.code == code]
    seen = [_row(finding) for finding in found]
    assert seen == [_padded(row, got) for row, got in zip(case.finds, seen, strict=False)] or _say(seen, case)
    assert len(seen) == len(case.finds), _say(seen, case)
    gaps = [gap.register for gap in judgement.unchecked if code in gap.rules]
    assert set(case.not_checked) <= set(gaps), gaps
    if case.decides is not None:
        decision = judgement.decision
        told = [decision.kind.value, str(decision.payable.amount)][: len(case.decides)]
        assert told == case.decides, [finding.condition.why for finding in judgement.findings]


@pytest.mark.parametrize("code", list(RULES))
def test_a_rule_says_what_must_hold_and_how_it_is_tested(code):
    rule = RULES[code]

    assert rule.criterion.endswith(".")
    assert rule.procedure.endswith(".")
    assert rule.title[0].isupper()
    assert rule.version >= 1


def test_sentences_and_figures_are_whole():
    for code, case in CASES:
        for finding in case.judged().findings:
            told = finding.as_json()
            assert told["why"].endswith("."), code
            assert "None" not in told["why"], (code, told["why"])
            assert finding.rule.criterion, finding.code
            assert finding.rule.procedure, finding.code


def _row(finding) -> list[str]:
    where = f"invoice line {finding.line}" if finding.line else "invoice"
    if finding.condition.charge:
        where = f"{where} charge {finding.condition.charge}"
    seen = finding.condition
    return [where, seen.expected or "", seen.actual or "", f"{seen.at_risk.amount:f} {seen.at_risk.currency}"]


def _padded(row: list[str], got: list[str]) -> list[str]:
    """A case may leave out the last cells."""
    return row + got[len(row) :]


def _say(seen: list[list[str]], case: Case) -> bool:
    pytest.fail(f"{case.title}: found {seen or 'nothing'}, the page says {case.finds or 'nothing'}")
