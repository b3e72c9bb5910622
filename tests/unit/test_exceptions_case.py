"""Cases: opened by a finding, closed by a clean run, opened again by worse facts."""

from app.exceptions.case import Case, Change, State, fingerprint_of, identity_of, may_be_waived, reconcile
from tests.notation import Case as PageCase
from tests.notation import _row


def findings(*rows):
    case = PageCase("x")
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return case.judged().findings


ORDER = "order | 1 | Bolt | 10 @ 1.00 | match_way: 2"
OVER = findings(ORDER, "invoice | 1 | Bolt | 12 @ 1.00")
WORSE = findings(ORDER, "invoice | 1 | Bolt | 15 @ 1.00")


def case_of(finding, state):
    return Case(identity=identity_of(finding), code=finding.code, state=state, fingerprint=fingerprint_of(finding))


def changes(cases, found):
    return [(step.change, step.identity) for step in reconcile(cases, found)]


def test_a_finding_opens_a_case_once():
    [finding] = OVER
    opened = case_of(finding, State.OPEN)

    assert changes([], OVER) == [(Change.OPEN, identity_of(finding))]
    assert changes([opened], OVER) == []


def test_worse_facts_update_the_same_case():
    [before], [after] = OVER, WORSE

    assert identity_of(before) == identity_of(after)
    assert changes([case_of(before, State.OPEN)], WORSE) == [(Change.UPDATE, identity_of(after))]


def test_a_clean_run_closes_with_a_reason():
    [finding] = OVER
    [step] = reconcile([case_of(finding, State.OPEN)], [])

    assert step.change is Change.RESOLVE
    assert step.reason
    assert changes([case_of(finding, State.WAIVED)], []) == []


def test_a_waiver_covers_the_facts_it_was_given_for():
    [finding] = OVER
    waived = case_of(finding, State.WAIVED)

    assert changes([waived], OVER) == []
    assert changes([waived], WORSE) == [(Change.REOPEN, identity_of(finding))]


def test_a_condition_that_comes_back_opens_the_case_again():
    [finding] = OVER

    assert changes([case_of(finding, State.RESOLVED)], OVER) == [(Change.REOPEN, identity_of(finding))]


def test_what_is_explained_by_another_finding_opens_no_case():
    found = findings("order | 1 | Bolt | 10 @ 1.00", "invoice | 1 | Bolt | 10 @ 1.00")

    assert [step.finding.code for step in reconcile([], found)] == ["RECEIPT_MISSING"]


def test_wrong_facts_can_not_be_waived():
    [mismatch] = [
        finding
        for finding in findings(ORDER, "invoice | head | currency: USD", "invoice | 1 | Bolt | 10 @ 1.00")
        if finding.code == "CURRENCY_MISMATCH"
    ]

    assert not may_be_waived(mismatch)
    assert changes([case_of(mismatch, State.WAIVED)], [mismatch]) == [(Change.REOPEN, identity_of(mismatch))]
    assert may_be_waived(OVER[0])
