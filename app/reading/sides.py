"""Sides: which of the names on paper is the seller and which the buyer, weighed together."""
# ruff: noqa: PLR2004 (weights and shares of the page are measures of this module alone)

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.reading import names
from app.reading.addresses import Sheet
from app.reading.lexicon import words
from app.reading.mentions import Mention, Origin
from app.reading.names import has_form, without_forms

#: Kinds that the buyer writes.
FROM_BUYER = frozenset({"purchase_order", "goods_receipt"})
_FOOT = 0.86
_WINDOW = (0.10, 0.38)
_HEAD = 0.16
_HIGH = 0.1
_LARGE = 1.3
_SLIP = 0.6
_LEAST, _FAINT = 0.35, 0.1
_LONG_WORD = 4
_REGISTER = re.compile(
    r"\b(?:siren|siret|rcs|hrb|hra|amtsgericht|registered|company no|kvk|capital|rea|cvr|regon)\b", re.IGNORECASE
)
_BANKING = re.compile(r"\b(?:iban|bic|swift|bank|konto|account no)\b", re.IGNORECASE)
_MAIL = re.compile(r"(?:[\w.+-]+@|www\.|https?://)([\w.-]+)", re.IGNORECASE)
_PUBLIC = frozenset(
    {"gmail", "gmx", "outlook", "hotmail", "yahoo", "web", "icloud", "localhost", "orange", "wanadoo", "libero"}
)


@dataclass(slots=True, eq=False)
class Entity:
    """One company with all its mentions and what speaks for each part it may play."""

    mentions: list[Mention]
    base: tuple[str, ...]
    weights: dict[str, dict[str, float]] = field(default_factory=lambda: {"seller": {}, "buyer": {}})

    def speak(self, side: str, reason: str, weight: float) -> None:
        """Note a reason for (or against) a side; a reason counts once, at its strongest."""
        known = self.weights[side].get(reason, 0.0)
        if abs(weight) > abs(known):
            self.weights[side][reason] = weight

    def worth(self, side: str) -> float:
        """All reasons together."""
        return sum(self.weights[side].values())


def base_of(text: str) -> tuple[str, ...]:
    """The words of a name without its legal form."""
    return tuple(word for word in words(without_forms(text)) if word != "&")


def entities_of(mentions: Iterable[Mention]) -> list[Entity]:
    """Mentions of the same name together; a letterhead's short name joins the full one."""
    out: list[Entity] = []
    order = sorted(mentions, key=lambda mention: -len(base_of(mention.text)))
    for mention in order:
        base = base_of(mention.text)
        home = next((entity for entity in out if _same(entity, base, mention)), None)
        if home is None:
            out.append(Entity([mention], base))
        else:
            home.mentions.append(mention)
    return out


def _same(entity: Entity, base: tuple[str, ...], mention: Mention) -> bool:
    if entity.base == base or "".join(entity.base) == "".join(base):
        return True
    if entity.base[: len(base)] != base:
        return False
    long = len(base) > 1 or (mention.origin is Origin.LETTERHEAD and len(base[0]) > _LONG_WORD)
    return long and _fits(entity, mention)


def _fits(entity: Entity, mention: Mention) -> bool:
    """A shorter name with a legal form of its own, or with further words on labels, is another company."""
    if has_form(mention.text) and any(has_form(other.text) for other in entity.mentions):
        return False
    labels = [other for other in entity.mentions if other.origin is Origin.LABEL]
    return not (labels and mention.origin is Origin.LABEL and set(labels[0].roles).isdisjoint(mention.roles))


def weigh(entities: list[Entity], sheet: Sheet, kind: str) -> None:
    """Note for each entity what speaks for the seller and for the buyer."""
    issuer, addressee = ("buyer", "seller") if kind in FROM_BUYER else ("seller", "buyer")
    usual = _usual_size(sheet)
    senders = [
        mention
        for entity in entities
        for mention in entity.mentions
        if mention.origin is Origin.INLINE
        and mention.name[0].top < _WINDOW[1] * sheet.height
        and mention.name[0].page == 1
    ]
    domains = _domains(sheet, entities)
    topmost = _topmost(entities)
    feet = {base_of(cell.text) for cell in sheet.every() if cell.tokens[0].top > _FOOT * sheet.height}
    for entity in entities:
        for mention in entity.mentions:
            if mention.origin is Origin.LABEL:
                _by_label(entity, mention, issuer, addressee, kind, mention.name[0].top / sheet.height)
            else:
                _by_place(entity, mention, sheet, usual, issuer, addressee)
            if mention.origin is Origin.ADDRESS:
                _by_window(entity, mention, senders, sheet, issuer, addressee)
            if mention.origin in {Origin.ADDRESS, Origin.LABEL} and not {"payee", "ship_to"} & set(mention.roles):
                _by_lines(entity, mention, issuer, addressee)
        _by_repetition(entity, issuer)
        if any(_named_high(mention, sheet) for mention in entity.mentions):
            # Not enough to be chosen for, but enough where nobody else is left.
            entity.speak(addressee, "left", 0.22)
        if entity is topmost:
            entity.speak(issuer, "topmost", 0.3)
        if any(_kin(entity, other) for other in entities):
            entity.speak(issuer, "kin", 1.2)
        if entity.base in feet:
            entity.speak(issuer, "foot", 1.5)
        if any(_like(domain, entity.base) for domain in domains):
            entity.speak(issuer, "mail", 1.0)


def _by_label(entity: Entity, mention: Mention, issuer: str, addressee: str, kind: str, place: float) -> None:
    weight = 5.0 * mention.score
    roles = set(mention.roles)
    if roles == {"addressee"} and place > _SLIP:
        # On the slip for the payment at the foot, "to" is whom the money goes to.
        roles = {"payee"}
    if roles == {"shipper"} and kind != "packing_slip":
        entity.speak("seller", "shipper", 0.6)
        return
    if roles == {"shipper"}:
        roles = {"supplier"}
    if roles == {"ship_to"}:
        entity.speak("buyer", "ship to", 0.4)
        entity.speak("seller", "ship to", -0.6)
        return
    goods = kind == "goods_receipt"
    sides = {
        "supplier": "seller",
        "buyer": "buyer",
        "issuer": issuer,
        "addressee": addressee,
        "sender": "seller" if goods else issuer,
        "recipient": "buyer" if goods else addressee,
    }
    role = next((role for role in sides if role in roles), None)
    if role is not None:
        weight *= 1.0 if role in {"supplier", "buyer"} else 0.75
        entity.speak(sides[role], "label", weight)
        entity.speak("buyer" if sides[role] == "seller" else "seller", "label", -0.7 * weight)
    elif "third" in roles:
        entity.speak("seller", "third", -3.0)
        entity.speak("buyer", "third", -3.0)
    elif "publisher" in roles:
        entity.speak("seller", "publisher", 0.8)
        entity.speak("buyer", "publisher", -0.8)
    elif "payee" in roles and kind not in FROM_BUYER:
        entity.speak("seller", "payee", 1.2)
        entity.speak("buyer", "payee", -1.0)


def _by_place(entity: Entity, mention: Mention, sheet: Sheet, usual: float, issuer: str, addressee: str) -> None:
    """Letterheads and feet are the issuer's."""
    first = mention.name[0]
    place = first.top / sheet.height
    if mention.origin is Origin.LETTERHEAD:
        large = min(max(token.size for token in mention.name) / usual, 3.0)
        formed = 0.6 if has_form(mention.text) else 0.0
        entity.speak(
            issuer, "letterhead", 0.25 + 0.6 * (large - 1) + formed - 2.0 * place - 2.0 * max(place - _HIGH, 0.0)
        )
        if first is sheet.rows[0].tokens[0]:
            entity.speak(issuer, "first", 0.35)
        if large > _LARGE and place < _HIGH:
            entity.speak(addressee, "letterhead", -0.8)
    elif mention.origin is Origin.INLINE:
        whole = 3.0 if mention.rest else 2.0
        whole *= 0.6 if place > _FOOT and not has_form(mention.text) else 1.0
        entity.speak(issuer, "line", whole if place > _FOOT or place < _WINDOW[1] else 1.0)
        entity.speak(addressee, "line", -2.0)
    elif place > _FOOT:
        entity.speak(issuer, "foot", 1.5)
        entity.speak(addressee, "foot", -0.5)
    elif mention.origin is Origin.FORM:
        entity.speak(issuer, "named", 0.1)


def _by_window(
    entity: Entity, mention: Mention, senders: list[Mention], sheet: Sheet, issuer: str, addressee: str
) -> None:
    """The address in the window under the sender's line is the addressee's."""
    first = mention.name[0]
    place = first.top / sheet.height
    for sender in senders:
        line = sender.name[0]
        if 0 < first.top - line.top < 90 and abs(first.x0 - line.x0) < 30 and sender is not mention:
            entity.speak(addressee, "window", 3.0)
    if _WINDOW[0] <= place <= _WINDOW[1]:
        entity.speak(
            addressee, "place", 0.9 - 0.8 * max(place - 0.2, 0) + (0.15 if first.x0 < sheet.width / 2 else 0.0)
        )
    elif place > _SLIP and not _stands_higher(entity, sheet):
        entity.speak(addressee, "place", -1.0)
    if place < _HEAD:
        entity.speak(issuer, "head", 0.4)
    elif place > 0.8:
        entity.speak(issuer, "foot", 1.2)


def _named_high(mention: Mention, sheet: Sheet) -> bool:
    """Whether a company with its legal form or its address is named in the upper half of the first page."""
    first = mention.name[0]
    known = mention.origin is Origin.ADDRESS or has_form(mention.text)
    return known and first.page == 1 and first.top < 0.45 * sheet.height


def _topmost(entities: list[Entity]) -> Entity | None:
    """The company that is named first on the paper, if it is named at the very top."""
    named = [
        (mention.name[0].top, at)
        for at, entity in enumerate(entities)
        for mention in entity.mentions
        if mention.name[0].page == 1 and not names.is_street(names.cell_of(mention.name, mention.row))
    ]
    return entities[min(named)[1]] if named else None


def _stands_higher(entity: Entity, sheet: Sheet) -> bool:
    """Whether the company has an address at the head too; the lower one may stand on a slip for the payment."""
    return any(
        mention.origin is Origin.ADDRESS and mention.name[0].top < _WINDOW[1] * sheet.height
        for mention in entity.mentions
    )


def _by_lines(entity: Entity, mention: Mention, issuer: str, addressee: str) -> None:
    """What stands in and under an address: a bank or a telephone the issuer's, a department the addressee's."""
    under = " ".join([cell.text for cell in mention.tail] + [names.clean(line) for line in mention.rest])
    if _BANKING.search(under):
        entity.speak(issuer, "facts", 1.5)
    elif _REGISTER.search(under):
        entity.speak(issuer, "facts", 0.8)
    elif names.has_facts(under):
        entity.speak(issuer, "facts", 0.7)
    for line in mention.rest[:3]:
        if names.is_care(names.cell_of(line, mention.row)):
            entity.speak(addressee, "care", 0.8)


def _by_repetition(entity: Entity, issuer: str) -> None:
    places = {(mention.name[0].page, round(mention.name[0].top)) for mention in entity.mentions}
    pages = {page for page, _ in places}
    if len(pages) > 1:
        entity.speak(issuer, "pages", 0.6)
    if len(places) > 1:
        entity.speak(issuer, "often", 0.4)
    if not any(has_form(mention.text) for mention in entity.mentions):
        digits = any(letter.isdigit() for mention in entity.mentions for letter in mention.text)
        if all(names.is_street(names.cell_of(mention.name, mention.row)) for mention in entity.mentions):
            entity.speak("seller", "street", -1.5)
            entity.speak("buyer", "street", -1.5)
        entity.speak("seller", "form", -0.5 if digits else -0.15)
        entity.speak("buyer", "form", -0.5 if digits else -0.1)


def _kin(entity: Entity, other: Entity) -> bool:
    """Whether an address shares a telling word with a line at the foot: the same house under another name."""
    if entity is other or not any(mention.origin is Origin.ADDRESS for mention in entity.mentions):
        return False
    foot = any(mention.origin is Origin.INLINE and not mention.rest for mention in other.mentions)
    return foot and any(len(word) > _LONG_WORD + 2 and word in other.base for word in entity.base)


def _usual_size(sheet: Sheet) -> float:
    sizes = sorted(token.size for row in sheet.rows for token in row.tokens)
    return sizes[len(sizes) // 2] if sizes else 10.0


def _domains(sheet: Sheet, entities: list[Entity]) -> set[str]:
    """Domains of mail and web addresses that stand at the head or the foot, not under an addressee."""
    theirs = {
        id(cell)
        for entity in entities
        for mention in entity.mentions
        if mention.origin is Origin.LABEL
        for cell in mention.tail
    }
    out: set[str] = set()
    for cell in sheet.every():
        if ("@" not in cell.text and "www" not in cell.text and "http" not in cell.text) or id(cell) in theirs:
            continue
        for match in _MAIL.finditer(cell.text):
            out.update(part for part in match[1].casefold().split(".")[:-1] if len(part) > 2 and part not in _PUBLIC)
    return out


def _like(domain: str, base: tuple[str, ...]) -> bool:
    """Whether the domain is made of the name's words."""
    plain = re.sub(r"[^a-z0-9]", "", words(domain)[0] if len(words(domain)) == 1 else "".join(words(domain)))
    joined = "".join(base)
    if len(plain) > 3 and (joined.startswith(plain) or plain.startswith(joined)):
        return True
    return any(len(word) > _LONG_WORD and word in plain for word in base[:2])


def choose(entities: list[Entity]) -> tuple[Entity | None, Entity | None]:
    """The seller and the buyer that fit best together; nobody is both."""
    best: tuple[float, Entity | None, Entity | None] = (0.0, None, None)
    options: list[Entity | None] = [*entities, None]
    for seller in options:
        for buyer in options:
            if seller is buyer:
                continue
            worth = 0.0
            if seller is not None:
                worth += seller.worth("seller") - _LEAST
            if buyer is not None:
                worth += buyer.worth("buyer") - _LEAST
            if worth > best[0]:
                best = (worth, seller, buyer)
    seller, buyer = best[1], best[2]
    if seller is None:
        seller = _last(entities, "seller", buyer)
    if buyer is None:
        buyer = _last(entities, "buyer", seller)
    return seller, buyer


def _last(entities: list[Entity], side: str, other: Entity | None) -> Entity | None:
    """Where nothing speaks clearly, the best of what is left."""
    left = [entity for entity in entities if entity is not other and entity.worth(side) > _FAINT]
    return max(left, key=lambda entity: entity.worth(side), default=None)


def full_name(entity: Entity) -> Mention:
    """The mention that names the company best: under its label, with its legal form, in mixed case."""

    def rank(mention: Mention) -> tuple[float, ...]:
        upper = mention.text.upper() == mention.text
        formed = has_form(mention.text)
        whole = base_of(mention.text) == entity.base
        lower = mention.text.lower() == mention.text
        origin = {Origin.LABEL: 4, Origin.INLINE: 3, Origin.ADDRESS: 2, Origin.FORM: 1, Origin.LETTERHEAD: 0}
        return (
            formed,
            whole,
            not lower,
            not upper or all(m.text.isupper() for m in entity.mentions),
            origin[mention.origin],
        )

    return max(entity.mentions, key=rank)
