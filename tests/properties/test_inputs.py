"""The digest of the inputs: whatever changes a finding, a sum or an allocation changes it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.linking.filed import Doubt, DoubtKind, Standing
from app.linking.past import PastRun, StaleRelease
from app.matching import policy_json
from app.matching.policy import Policy
from app.payment.inputs import content_digest
from app.payment.judge import judge
from app.registers import Facts
from app.storage import documents
from tests.notation import _run, _stale, page

PAGES = sorted((Path(__file__).parents[1] / "rules").glob("*.md"))
CASES = [(path.stem, at) for path in PAGES for at, _ in enumerate(page(path))]
_WORDS = ("X-1", "EUR", "USD", "C62", "DZN", "approved", "cancelled", "10", "1")


class Given:
    """What a judgement is given, to be changed one thing at a time."""

    def __init__(self, name):
        code, at = name
        case = page(next(path for path in PAGES if path.stem == code))[at]
        self.files = case.filed()
        self.policy = Policy.parse({key: value for key, value in case.policy.items() if key != "as_of"})
        self.registers = dict(case.registers)
        bills = [entry for entry in self.files if entry.document.kind in {"invoice", "credit_note"}]
        self.bill = bills[-1].id
        self.as_of = date.fromisoformat(case.policy.get("as_of", "2026-02-01"))
        self.past = tuple(_run(bills[-1], row) for row in case.past)
        self.stale = tuple(_stale(row) for row in case.stale)
        self.waived = ()

    def judged(self):
        return judge(
            next(paper for paper in self.files if paper.id == self.bill),
            self.files,
            self.policy,
            as_of=self.as_of,
            facts=Facts.read(self.registers),
            past=self.past,
            stale=self.stale,
            waived=self.waived,
        )


def outcome(judgement):
    """All that a match answers."""
    decision = judgement.decision
    return json.dumps(
        [
            [finding.as_json() for finding in judgement.findings],
            [repr(entry) for entry in judgement.voucher.allocations],
            [gap.as_json() for gap in judgement.unchecked],
            [decision.kind.value, decision.payable.as_json(), decision.held.as_json(), decision.held_net.as_json()],
        ]
    )


def leaves(value, path=()):
    """The places of all plain values in a JSON value."""
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from leaves(entry, (*path, name))
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from leaves(entry, (*path, at))
    else:
        yield path, value


def other(draw, value):
    """Another value of the same sort."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw(st.sampled_from([1, -1, 30]))
    if value is None:
        return draw(st.sampled_from([*_WORDS, "2026-01-09", "7.00"]))
    try:
        return (date.fromisoformat(value) + timedelta(days=draw(st.sampled_from([-400, -30, -1, 1, 30])))).isoformat()
    except ValueError:
        pass
    try:
        return format(Decimal(value) * draw(st.sampled_from([0, 2, 12])) + draw(st.sampled_from([0, 1])), "f")
    except ArithmeticError:
        return draw(st.sampled_from([None, f"{value}X", *_WORDS]))


def put(value, path, new):
    """The JSON value with another one in that place."""
    out = json.loads(json.dumps(value))
    inside = out
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = new
    return out


def a_paper(draw, told):
    at = draw(st.integers(0, len(told.files) - 1))
    paper = told.files[at]
    what = draw(st.sampled_from(["content"] * 6 + ["gone", "standing", "order", "arrival", "unread", "doubt"]))
    if what == "content":
        body = canonical.write(paper.document)
        path, value = draw(st.sampled_from(list(leaves(body))))
        paper = replace(paper, document=canonical.read(put(body, path, other(draw, value))))
    elif what == "gone":
        assume(paper.id != told.bill)
        del told.files[at]
        return
    elif what == "standing":
        paper = replace(paper, standing=draw(st.sampled_from(list(Standing))))
    elif what == "order":
        paper = replace(paper, sequence=draw(st.sampled_from([-1, 1000])))
    elif what == "arrival":
        paper = replace(paper, arrived_at=paper.arrived_at + timedelta(days=draw(st.sampled_from([-300, -3, 3, 300]))))
    elif what == "unread":
        paper = replace(paper, unread="malformed: no PDF")
    else:
        doubt = Doubt(
            kind=draw(st.sampled_from(list(DoubtKind))), pointer="/totals/gross", shown="1", read="2", rule="R"
        )
        paper = replace(paper, doubts=(*paper.doubts, doubt))
    told.files[at] = paper


def the_policy(draw, told):
    body = policy_json.told(told.policy)
    path, value = draw(st.sampled_from(list(leaves(body))))
    told.policy = Policy.parse(put(body, path, other(draw, value)))


def a_register(draw, told):
    assume(told.registers)
    code = draw(st.sampled_from(sorted(told.registers)))
    if draw(st.booleans()):
        del told.registers[code]
    else:
        told.registers[code] = told.registers[code][1:]


def the_rest(draw, told):
    what = draw(st.sampled_from(["day", "past", "stale", "waived"]))
    if what == "day":
        told.as_of += timedelta(days=draw(st.sampled_from([-400, -10, 10, 400])))
    elif what == "waived":
        findings = told.judged().findings
        assume(findings)
        told.waived = (draw(st.sampled_from([finding.key for finding in findings])),)
    else:
        assume(getattr(told, what))
        setattr(told, what, getattr(told, what)[1:])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.sampled_from(CASES), st.data())
def test_what_changes_the_answer_changes_the_digest(name, data):
    told = Given(name)
    before = told.judged()
    change = data.draw(st.sampled_from([a_paper, a_paper, a_paper, the_policy, a_register, the_rest]))
    try:
        change(data.draw, told)
        after = told.judged()
    except (MalformedError, MalformedListError):
        assume(False)

    if outcome(after) != outcome(before):
        event(f"{change.__name__} changed the answer")
        assert after.inputs_sha256 != before.inputs_sha256


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CASES))
def test_the_same_inputs_have_the_same_digest(name):
    first, again = Given(name), Given(name)
    again.files = [replace(paper, content_sha256=content_digest(paper.document)) for paper in reversed(again.files)]

    assert outcome(first.judged()) == outcome(again.judged())
    assert first.judged().inputs_sha256 == again.judged().inputs_sha256


def test_storage_and_the_digest_speak_of_one_content():
    for name in CASES[::7]:
        for paper in Given(name).files:
            assert documents.digest(paper.document) == content_digest(paper.document)


def test_earlier_runs_and_stale_releases_come_back_from_the_record():
    for name in CASES:
        told = Given(name)
        for cls, values in ((PastRun, told.past), (StaleRelease, told.stale)):
            for value in values:
                stored = json.loads(json.dumps(canonical.write_as(value)))
                assert repr(canonical.read_as(cls, stored)) == repr(value)
