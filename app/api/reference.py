"""/rules: what is checked, for programs; the workbench has the same as a page."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.api import shapes
from app.api.access import Reading
from app.matching.rule import RULES, Rule

router = APIRouter(tags=["reference"])


def shape(rule: Rule) -> dict[str, Any]:
    """A rule as the API shows it."""
    return {
        "code": rule.code,
        "title": rule.title,
        "chapter": rule.chapter,
        "severity": rule.severity.value,
        "owner": rule.owner.value,
        "level": rule.level.value,
        "version": rule.version,
        "criterion": rule.criterion,
        "procedure": rule.procedure,
        "cure": {"code": rule.cure.value, "words": rule.cure.words},
        "peppol": rule.peppol.as_json(),
    }


@router.get(
    "/v1/rules",
    operation_id="list_rules",
    summary="The rules, in the order of their codes",
    responses=shapes.problems(401, 403),
)
def listed(_holder: Reading) -> JSONResponse:
    """Each rule is an exception type; its code is for ever."""
    return _all()


@router.get("/rules", include_in_schema=False)
def public() -> JSONResponse:
    """The same under the short address, which needs no key: the standard is no secret."""
    return _all()


def _all() -> JSONResponse:
    return JSONResponse({"data": [shape(rule) for rule in RULES.values()], "next": None})
