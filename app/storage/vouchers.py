"""What belongs together: the documents on file that an invoice must be judged with, and the bills a paper touches."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.kinds import BILLING
from app.storage.database import AnySession, WriteSession, lock
from app.storage.keys import Key, keys_on_file, newest, of_kinds, sequence_of, sharing

#: Keys by which papers of one order hang together.
_OF_AN_ORDER = frozenset({"quote", "contract", "slip", "receipt", "license"})
#: Keys by which a paper without an order number may lead to its order.
_TO_AN_ORDER = frozenset({"weak", "quote", "contract", "slip", "receipt"})
#: Keys by which the same bill may have come before.
_OF_A_BILL = frozenset({"number", "amount"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Circle:
    """Papers that the rules look at beside the purchase: by which key of the bill, filed under which, how many.

    `earlier`: only those that arrived before the bill; `of_orders`: the keys of its orders count as well.
    """

    by: str
    under: str
    kinds: frozenset[str]
    most: int
    earlier: bool = False
    of_orders: bool = False


_WIDER = (
    # The supplier's history, which the rules on splits, patterns, prices and terms look through.
    _Circle(by="seller", under="seller", kinds=BILLING, most=200, earlier=True),
    _Circle(by="ticket", under="ticket", kinds=BILLING, most=50, earlier=True),
    _Circle(by="account", under="account", kinds=BILLING, most=50, earlier=True),
    _Circle(by="seller", under="supplier", kinds=frozenset({"purchase_order"}), most=50),
    _Circle(by="seller", under="bought", kinds=frozenset({"quote", "purchase_order", "invoice"}), most=50),
    _Circle(by="item", under="item", kinds=frozenset({"quote"}), most=50, of_orders=True),
    _Circle(by="seller", under="seller", kinds=frozenset({"license_receipt"}), most=100),
    _Circle(by="product", under="product", kinds=frozenset({"license_receipt"}), most=100, of_orders=True),
)


def related(session: AnySession, *, tenant: str, document: str) -> set[str]:
    """The documents on file that may concern an invoice; more than it needs, never less.

    From the invoice to its orders (by number, else by the papers it names, else by its supplier), from
    the orders to all that names them, from there to quotes, contracts and license keys; and the bills
    that may be the same one. Around them a wider circle, of which only the newest count (`_WIDER`).
    """
    own = keys_on_file(session, tenant=tenant, identifiers={document})
    named = _orders(session, own, tenant=tenant)
    near = sharing(session, tenant=tenant, keys=named) if named else set()
    beside = _only(keys_on_file(session, tenant=tenant, identifiers=near), _OF_AN_ORDER) | _only(own, _OF_AN_ORDER)
    far = sharing(session, tenant=tenant, keys=beside) if beside else set()
    bills = _only(own, _OF_A_BILL)
    same = sharing(session, tenant=tenant, keys=bills) if bills else set()
    orders = of_kinds(session, tenant=tenant, identifiers=near, kinds={"purchase_order"})
    known = own | keys_on_file(session, tenant=tenant, identifiers=orders)
    return near | far | same | _around(session, own, known, tenant=tenant, document=document) | {document}


def _around(session: AnySession, own: set[Key], known: set[Key], *, tenant: str, document: str) -> set[str]:
    """The wider circle: what the supplier billed, bought and delivered, and who else offered or is paid there."""
    found: set[str] = set()
    arrived = sequence_of(session, tenant=tenant, identifier=document)
    for circle in _WIDER:
        names = known if circle.of_orders else own
        wanted = {key for kind, key in names if kind == circle.by}
        before = arrived if circle.earlier else None
        found.update(
            newest(
                session,
                tenant=tenant,
                under=circle.under,
                keys=wanted,
                kinds=circle.kinds,
                most=circle.most,
                before=before,
            )
        )
    return found


def touched(session: AnySession, *, tenant: str, documents: Iterable[str]) -> set[str]:
    """The documents that may have to be judged anew because these arrived; bills among them are the ones meant."""
    came = set(documents)
    own = keys_on_file(session, tenant=tenant, identifiers=came)
    orders = _orders(session, own, tenant=tenant)
    # A bill that named no order may have waited for an order (or quote, or contract) of this supplier.
    wanted = orders | {("unordered", key) for kind, key in own if kind == "supplier"}
    wanted |= _only(own, _OF_A_BILL | _OF_AN_ORDER)
    found = sharing(session, tenant=tenant, keys=wanted) if wanted else set()
    return found | came


def hold_together(session: WriteSession, *, tenant: str, document: str) -> None:
    """Let nobody else judge a bill of the same orders until the transaction ends."""
    hold_all(session, tenant=tenant, documents=[document])


def hold_all(session: WriteSession, *, tenant: str, documents: Iterable[str]) -> None:
    """The same for several bills at once: their locks are taken in one order, so that nobody waits in a circle."""
    names: set[str] = set()
    for document in documents:
        own = keys_on_file(session, tenant=tenant, identifiers={document})
        found = {f"order:{key}" for key in _only_keys(_orders(session, own, tenant=tenant))}
        found |= {f"bill:{kind}:{key}" for kind, key in _only(own, _OF_A_BILL)}
        names |= found or {f"document:{document}"}
    for name in sorted(names):
        lock(session, f"{tenant}:{name}")


def _orders(session: AnySession, keys: set[Key], *, tenant: str) -> set[Key]:
    """The keys of the orders that these keys lead to."""
    found = _only(keys, frozenset({"order"}))
    ways = _only(keys, _TO_AN_ORDER)
    if ways:
        there = sharing(session, tenant=tenant, keys=ways)
        found |= _only(keys_on_file(session, tenant=tenant, identifiers=there), frozenset({"order"}))
    vendors = {("supplier", key) for kind, key in keys if kind == "unordered"}
    if vendors:
        there = sharing(session, tenant=tenant, keys=vendors)
        found |= _only(keys_on_file(session, tenant=tenant, identifiers=there), frozenset({"order"}))
    return found


def _only(keys: set[Key], kinds: frozenset[str]) -> set[Key]:
    return {key for key in keys if key[0] in kinds}


def _only_keys(keys: set[Key]) -> set[str]:
    return {key for _, key in keys}
