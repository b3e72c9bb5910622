"""Parties: who sells and who buys, with their addresses, tax ids and accounts."""

from app.reading import addresses, mentions, sides, tax_ids
from app.reading.addresses import Sheet
from app.reading.draft import Value
from app.reading.mentions import Mention, Origin
from app.reading.names import clean
from app.reading.rows import Row
from app.reading.sides import FROM_BUYER, Entity
from app.reading.tax_ids import TaxId
from app.reading.tokens import Page, Seen, seen

_SCORES = {
    Origin.LABEL: 0.92,
    Origin.INLINE: 0.85,
    Origin.ADDRESS: 0.8,
    Origin.FORM: 0.7,
    Origin.LETTERHEAD: 0.65,
}
_NEAR = 40.0
_FAR = 1e9


def read(rows: list[Row], used: set[int], kind: str, page: Page | None = None) -> dict[str, Value]:
    """Supplier and buyer by pointer: /supplier/name, /buyer/vat_id and so on."""
    sheet = addresses.sheet_of((row for row in rows if id(row) not in used), page)
    entities = sides.entities_of(mentions.mentions_of(sheet))
    sides.weigh(entities, sheet, kind)
    seller, buyer = sides.choose(entities)
    found: dict[str, Value] = {}
    for side, entity in (("supplier", seller), ("buyer", buyer)):
        if entity is not None:
            found.update(_party(side, entity))
    issuer = "buyer" if kind in FROM_BUYER else "supplier"
    _vat_ids(found, sheet, {"supplier": seller, "buyer": buyer}, issuer)
    for number, place, score in tax_ids.ibans(sheet):
        pointer = f"/{issuer}/iban"
        if pointer not in found or score > found[pointer].score:
            found[pointer] = Value(number, place, score)
    return found


def _party(side: str, entity: Entity) -> dict[str, Value]:
    """Name and address of a party."""
    best = sides.full_name(entity)
    score = max(_SCORES[mention.origin] for mention in entity.mentions)
    found = {f"/{side}/name": Value(best.text.rstrip(","), seen(best.name), score)}
    home = max(
        entity.mentions, key=lambda mention: (mention.roles != ("ship_to",), bool(mention.rest), mention is best)
    )
    if home.rest:
        text = ", ".join(clean(line) for line in home.rest[:5])
        place = seen([token for line in home.rest[:5] for token in line])
        found[f"/{side}/address"] = Value(text, place, score)
    return found


def _vat_ids(found: dict[str, Value], sheet: Sheet, parties: dict[str, Entity | None], issuer: str) -> None:
    """Give each VAT id to its party: by its label, by the block it stands in or near, else to the writer."""
    other = "supplier" if issuer == "buyer" else "buyer"
    claims: list[tuple[float, str, TaxId]] = []
    for entry in tax_ids.vat_ids(sheet):
        side, certainty = _side(entry, sheet, parties, issuer, other)
        claims.append((certainty * (0.97 if entry.checked else 0.6), side, entry))
    for score, side, entry in sorted(claims, key=lambda claim: -claim[0]):
        pointer = f"/{side}/vat_id"
        taken = [found[f"/{name}/vat_id"].value for name in ("supplier", "buyer") if f"/{name}/vat_id" in found]
        if pointer not in found and entry.number not in taken:
            found[pointer] = Value(entry.number, entry.place, score)


def _side(entry: TaxId, sheet: Sheet, parties: dict[str, Entity | None], issuer: str, other: str) -> tuple[str, float]:
    if entry.whose is not None:
        return {"issuer": issuer, "addressee": other}.get(entry.whose, entry.whose), 1.0
    distances = {side: _distance(entry.place, entity) for side, entity in parties.items() if entity is not None}
    if distances:
        side = min(distances, key=lambda name: distances[name])
        rival = min((far for name, far in distances.items() if name != side), default=_FAR)
        if distances[side] < _NEAR or (distances[side] < 2 * _NEAR and rival > 2 * distances[side]):
            return side, 0.98
    foot = entry.place.box[1] > 0.8 * sheet.height
    return issuer, 0.97 if foot else 0.9


def _distance(place: Seen, entity: Entity) -> float:
    """How far the place is from the nearest mention of the party."""
    return min((_gap(place, mention) for mention in entity.mentions), default=_FAR)


def _gap(place: Seen, mention: Mention) -> float:
    """The distance to the nearest line of the mention: blocks side by side may reach under each other."""
    lines = [mention.name, *mention.rest, *(cell.tokens for cell in mention.tail)]
    return min(_between(place, seen(line)) for line in lines) * (1.0 if mention.origin is not Origin.FORM else 1.3)


def _between(place: Seen, line: Seen) -> float:
    if line.page != place.page:
        return _FAR
    dy = max(place.box[1] - line.box[3], line.box[1] - place.box[3], 0.0)
    dx = max(place.box[0] - line.box[2], line.box[0] - place.box[2], 0.0)
    return 0.5 * dx + dy
