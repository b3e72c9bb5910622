"""The API's own description, arranged for reading."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    where: str
    required: bool
    kind: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation: method and path, what it does, what it takes and what it answers."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...]
    example: str | None
    answers: tuple[tuple[int, str], ...]


def operations(schema: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI description by their tag, in its own order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in _METHODS:
            if method in methods:
                told = methods[method]
                tag = (told.get("tags") or ["other"])[0]
                found.setdefault(tag, []).append(_operation(path, method, told, schema))
    return found


def _operation(path: str, method: str, told: Mapping[str, Any], schema: Mapping[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {})
    examples = [_example(content) for content in body.values()]
    return Operation(
        id=told.get("operationId", f"{method}-{path}"),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=tuple(_parameter(entry, schema) for entry in told.get("parameters", [])),
        takes=tuple(body),
        example=next((example for example in examples if example), None),
        answers=tuple(
            (int(status), answer.get("description") or HTTPStatus(int(status)).phrase)
            for status, answer in sorted(told.get("responses", {}).items())
            if status.isdigit()
        ),
    )


def _example(content: Mapping[str, Any]) -> str | None:
    if "example" not in content:
        return None
    return json.dumps(content["example"], indent=2, ensure_ascii=False)


def _parameter(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=told["name"],
        where={"path": "path", "query": "query", "header": "header"}.get(told["in"], told["in"]),
        required=bool(told.get("required")),
        kind=_kind(told.get("schema", {}), schema),
        description=told.get("description") or "",
    )


def _kind(told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        told = schema.get("components", {}).get("schemas", {}).get(name, {})
    if "anyOf" in told:
        kinds = [_kind(part, schema) for part in told["anyOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in told:
        choices = told["enum"]
        several = len(choices) > 8  # noqa: PLR2004 (a longer list is not readable in a cell)
        return f"one of {len(choices)}" if several else ", ".join(str(choice) for choice in choices)
    return str(told.get("format") or told.get("type") or "")
