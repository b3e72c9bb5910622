"""Entitlements: what a line's record says of a license."""

import re

from app.documents.document import License
from app.reading import licenses
from app.reading import roles as parts
from app.reading.build import Builder, unbroken
from app.reading.draft import Value
from app.reading.tokens import Token, seen

_SHORTEST, _THREE = 2, 3


def license_of(build: Builder, *, surely: bool = False) -> License | None:
    """What the record says of a license: metric, rights, keys, entitlements and term.

    None where nothing says that the record is `surely` about one.
    """
    texts, figures = build.record.texts, build.record.figures
    told = {"license_type", "license_key", "entitlement", "metric", "publisher", "rights_per_pack", "rights"}
    rows = [row.row.tokens for row in build.record.rows]
    keys = licenses.keys_of(token for row in rows for token in row)
    named = told & (texts.keys() | build.details.keys()) or {"rights", "packs", "rights_per_pack"} & figures.keys()
    if not named and not surely:
        return None
    _license_words(build)
    product = build.values.get("description")
    if product:
        build.put("license/product", product.value, product.seen, product.score)
    for role in ("rights", "packs", "rights_per_pack"):
        build.figure(role, f"license/{role}")
    whole = build.record.anchor.row.tokens
    for name, number in (
        licenses.packs_of(" ".join(token.text for token in whole)) if _multiplies(whole) else {}
    ).items():
        build.values[f"license/{name}"] = Value(number, seen(whole), 0.9)
        if name == "rights" and not _adds_up(build):
            build.values["quantity"] = build.values["license/rights"]
    packs, each = build.values.get("license/packs"), build.values.get("license/rights_per_pack")
    if packs and each and "license/rights" not in build.values:
        build.values["license/rights"] = Value(packs.value * each.value, packs.seen, 0.9, derived=True)
        build.values["quantity"] = build.values["license/rights"]
    if "license/rights" not in build.values and "quantity" in build.values:
        build.values["license/rights"] = build.values["quantity"]
    if keys:
        build.put("license/keys", tuple(token.text.strip(",;") for token in keys), seen(keys), 0.95)
    else:
        _tuple(build, "license_key", "keys")
    _tuple(build, "entitlement", "entitlement_ids")
    _license_term(build, rows)
    held = {name.partition("/")[2]: value.value for name, value in build.values.items() if name.startswith("license/")}
    return License(**held)


def _adds_up(build: Builder) -> bool:
    """Whether quantity × price is the amount already; 48 MM X 150 M is a size then, and no count of rights."""
    found = [build.values[name].value for name in ("quantity", "unit_price", "net_amount") if name in build.values]
    return len(found) == _THREE and parts.holds(found[0], found[1], found[2])


def _multiplies(tokens: list[Token]) -> bool:
    return any(token.text in {"×", "x", "X", "*"} for token in tokens)


def _license_words(build: Builder) -> None:
    for role in ("publisher", "metric"):
        tokens = build.cell(role)
        if tokens:
            text = " ".join(unbroken(tokens)).strip(" :,;")
            build.put(f"license/{role}", licenses.type_free(text) if role == "metric" else text, seen(tokens))
    named = build.tokens("license_type")
    if named:
        text = " ".join(token.text for token in named)
        if not (kind := licenses.type_of(text)) and "license/metric" not in build.values:
            build.put("license/metric", text, seen(named), 0.7)
        if kind:
            build.put("license/type", kind, seen(named))
            return
    for row in build.record.rows:
        kind = licenses.type_of(row.row.text)
        if kind:
            build.put("license/type", kind, seen(row.row.tokens), 0.8)
            return


def _tuple(build: Builder, role: str, name: str) -> None:
    tokens = build.record.texts.get(role) or build.details.get(role)
    if tokens:
        found = tuple(part for text in unbroken(tokens) for part in re.split(r"[,;]", text) if len(part) > _SHORTEST)
        build.put(f"license/{name}", found, seen(tokens))


def _license_term(build: Builder, rows: list[list[Token]]) -> None:
    for role in ("start", "end"):
        day = build.day(role)
        if day:
            build.put(f"license/{role}", day.value, day.seen)
    if {"license/start", "license/end"} & build.values.keys():
        return
    for tokens in [build.record.texts.get("period", []), *rows]:
        term = licenses.term_of(" ".join(token.text for token in tokens), build.first)
        if term:
            build.put("license/start", term[0], seen(tokens))
            build.put("license/end", term[1], seen(tokens))
            return
