"""/rules: what is checked, for programs; the workbench has the same as a page."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

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
    }


@router.get("/v1/rules", operation_id="list_rules", summary="The rules, in the order of their codes")
def listed() -> JSONResponse:
    """Each rule is an exception type; its code is for ever."""
    return JSONResponse({"data": [shape(rule) for rule in RULES.values()], "next": None})


@router.get("/rules", operation_id="rules", summary="The rules, in the order of their codes", include_in_schema=False)
def also() -> JSONResponse:
    """The same under the short address."""
    return listed()
