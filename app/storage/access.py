"""API keys and browser sessions: only digests are stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from app.storage.database import AnySession, WriteSession
from app.storage.identifiers import make
from app.storage.roles import Role
from app.storage.tables import API_KEY, WEB_SESSION

__all__ = ["Holder", "Role"]

_PREFIX = "cs"
_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who is asking: the tenant, the key's identifier, its name and role."""

    tenant: str
    id: str
    name: str
    role: Role

    @property
    def actor(self) -> str:
        """The name under which the trail keeps what the holder did."""
        return f"{self.role.value}:{self.name}"


def add_key(session: WriteSession, *, tenant: str, name: str, role: Role, at: datetime) -> tuple[str, str]:
    """A new key: its identifier and the key itself, which is shown this once and never stored."""
    identifier = make("key")
    secret = f"{_PREFIX}_{secrets.token_urlsafe(_BYTES)}"
    session.execute(
        insert(API_KEY).values(
            tenant=tenant, id=identifier, name=name, role=role.value, sha256=_digest(secret), created_at=at
        )
    )
    return identifier, secret


def revoke_key(session: WriteSession, *, tenant: str, identifier: str, at: datetime) -> bool:
    """Revoke a key at once; False where there is no such key in force."""
    done = session.execute(
        update(API_KEY)
        .where(API_KEY.c.tenant == tenant, API_KEY.c.id == identifier, API_KEY.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(API_KEY.c.id)
    )
    return done.first() is not None


def holder_of(session: AnySession, secret: str) -> Holder | None:
    """Whose key this is, if it is in force.

    The look-up is by the digest of a random secret: how long it takes says nothing of the secret.
    """
    row = session.execute(
        select(API_KEY).where(API_KEY.c.sha256 == _digest(secret), API_KEY.c.revoked_at.is_(None))
    ).first()
    return Holder(tenant=row.tenant, id=row.id, name=row.name, role=Role(row.role)) if row else None


def open_session(session: WriteSession, holder: Holder, *, purpose: str, at: datetime, lasts: timedelta) -> str:
    """A new browser session (`session`) or one-time sign-in code (`code`) for the holder of a key."""
    token = secrets.token_urlsafe(_BYTES)
    session.execute(
        insert(WEB_SESSION).values(
            tenant=holder.tenant,
            sha256=_digest(token),
            api_key=holder.id,
            purpose=purpose,
            created_at=at,
            expires_at=at + lasts,
        )
    )
    return token


def holder_of_session(session: AnySession, token: str, *, at: datetime) -> Holder | None:
    """Whose browser session this is, if it is open and its key is in force."""
    return _holder_behind(session, token, purpose="session", at=at)


def use_code(session: WriteSession, token: str, *, at: datetime) -> Holder | None:
    """Whose sign-in code this is; a code works once."""
    holder = _holder_behind(session, token, purpose="code", at=at)
    if holder is not None:
        end_session(session, token, at=at)
    return holder


def end_session(session: WriteSession, token: str, *, at: datetime) -> None:
    """Close a session or use up a code."""
    session.execute(update(WEB_SESSION).where(WEB_SESSION.c.sha256 == _digest(token)).values(ended_at=at))


def _holder_behind(session: AnySession, token: str, *, purpose: str, at: datetime) -> Holder | None:
    row = session.execute(
        select(API_KEY)
        .join(WEB_SESSION, (WEB_SESSION.c.tenant == API_KEY.c.tenant) & (WEB_SESSION.c.api_key == API_KEY.c.id))
        .where(
            WEB_SESSION.c.sha256 == _digest(token),
            WEB_SESSION.c.purpose == purpose,
            WEB_SESSION.c.ended_at.is_(None),
            WEB_SESSION.c.expires_at > at,
            API_KEY.c.revoked_at.is_(None),
        )
    ).first()
    return Holder(tenant=row.tenant, id=row.id, name=row.name, role=Role(row.role)) if row else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
