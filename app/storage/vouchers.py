"""What belongs together: the documents on file that an invoice must be judged with, and the bills a paper touches."""

from collections.abc import Iterable

from app.storage.database import AnySession, WriteSession, lock
from app.storage.keys import Key, keys_on_file, sharing

#: Keys by which papers of one order hang together.
_OF_AN_ORDER = frozenset({"quote", "contract", "slip", "receipt", "license"})
#: Keys by which a paper without an order number may lead to its order.
_TO_AN_ORDER = frozenset({"quote", "contract", "slip", "receipt"})
#: Keys by which the same bill may have come before.
_OF_A_BILL = frozenset({"number", "amount"})


def related(session: AnySession, *, tenant: str, document: str) -> set[str]:
    """The documents on file that may concern an invoice; more than it needs, never less.

    From the invoice to its orders (by number, else by the papers it names, else by its supplier), from
    the orders to all that names them, from there to quotes, contracts and license keys; and the bills
    that may be the same one.
    """
    own = keys_on_file(session, tenant=tenant, identifiers={document})
    orders = _orders(session, own, tenant=tenant)
    near = sharing(session, tenant=tenant, keys=orders) if orders else set()
    beside = _only(keys_on_file(session, tenant=tenant, identifiers=near), _OF_AN_ORDER) | _only(own, _OF_AN_ORDER)
    far = sharing(session, tenant=tenant, keys=beside) if beside else set()
    bills = _only(own, _OF_A_BILL)
    same = sharing(session, tenant=tenant, keys=bills) if bills else set()
    return near | far | same | {document}


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
    own = keys_on_file(session, tenant=tenant, identifiers={document})
    names = {f"order:{key}" for key in _only_keys(_orders(session, own, tenant=tenant))}
    names |= {f"bill:{kind}:{key}" for kind, key in _only(own, _OF_A_BILL)}
    for name in sorted(names or {f"document:{document}"}):
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
