"""The generated pages say what the code says; every setting and every error is documented."""

from app import errors as pure
from app.api.problems import PROBLEMS
from app.errors import AppError
from app.settings import Settings
from app.workflow import errors as verbs
from docs.generate import stale


def test_the_generated_pages_are_fresh():
    assert stale() == [], "run `make docs`"


def test_every_setting_says_what_it_is():
    assert [name for name, entry in Settings.model_fields.items() if not entry.description] == []


def test_every_error_that_a_caller_can_act_on_is_a_problem():
    def below(cls):
        for found in cls.__subclasses__():
            yield found
            yield from below(found)

    assert pure is not None
    assert verbs is not None
    assert {cls.__name__ for cls in below(AppError) if cls not in PROBLEMS} == set()
