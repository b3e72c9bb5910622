"""Registers: the facts beside the papers are put on file, and the bills that they may concern are judged again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.reading.tables.imports import Imported
from app.registers import REGISTERS, Register, keyed
from app.storage import jobs, registers, trail
from app.storage.identifiers import make
from app.storage.registers import Change, EntryRow, Revision
from app.trail.events import RegisterChanged
from app.workflow.context import Context
from app.workflow.errors import UnknownRegisterError
from app.workflow.receive import enqueue

#: How many rows an error names.
_MOST_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file with the entries of a register, and how it is to be taken.

    `merge` puts its entries among those on file instead of replacing them; `strict` takes nothing where one
    row cannot be; `preview` only tells what would happen; `fill` gives what no column has.
    """

    data: bytes
    merge: bool = False
    strict: bool = False
    preview: bool = False
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of an import: what it changed, and the job that judges the open bills again, if there are any.

    Of a file also what was read of it, and whether its entries were put among those on file.
    """

    register: Register
    change: Change
    job: str | None = None
    read: Imported | None = None
    merged: bool = False


def register_of(code: str) -> Register:
    """The register of that code.

    Raises:
        UnknownRegisterError: there is none.
    """
    found = REGISTERS.get(code)
    if found is None:
        raise UnknownRegisterError(code)
    return found


def put_register(ctx: Context, code: str, rows: object, *, tenant: str, actor: str) -> Kept:
    """Make the JSON entries what the register holds; the same entries again change nothing.

    Raises:
        UnknownRegisterError: there is no such register.
        MalformedListError: names every place that breaks the format; nothing is taken.
    """
    register = register_of(code)
    entries = keyed(code, rows, "/entries")
    return keep(ctx, register, entries, tenant=tenant, actor=actor)


def import_register(ctx: Context, code: str, brought: Brought, *, tenant: str, actor: str) -> Kept:
    """Read the entries of a register from a CSV file or spreadsheet and put them on file.

    Rows that cannot be taken are told with their reasons; while there are any, nothing that is on file is taken
    out, since they may have been meant for it.

    Raises:
        UnknownRegisterError: there is no such register.
        MalformedError: the file cannot be read, or has no column for what an entry needs.
        MalformedListError: with `strict`, names the rows that cannot be taken; nothing is.
    """
    register = register_of(code)
    known = {one.name for one in fields(register.entry)}
    strange = [
        MalformedError(f"/fill/{name}", f"one of {', '.join(sorted(known))}")
        for name in brought.fill
        if name not in known
    ]
    if strange:
        raise MalformedListError(tuple(strange))
    read = ctx.learner.read_register(brought.data, code, brought.fill)
    if read.reason is not None:
        raise MalformedError("/file", read.reason)
    if brought.strict and read.refused:
        rows = [MalformedError(f"/rows/{row.row}", row.reason) for row in read.refused[:_MOST_TOLD]]
        raise MalformedListError(tuple(rows))
    entries = {key: canonical.read_as(register.entry, entry) for key, entry in read.entries.items()}
    merge = brought.merge or bool(read.refused)
    if brought.preview:
        found = foresee(ctx, register, entries, tenant=tenant, actor=actor, merge=merge)
    else:
        found = keep(
            ctx,
            register,
            entries,
            tenant=tenant,
            actor=actor,
            merge=merge,
            refused=len(read.refused),
            file_sha256=hashlib.sha256(brought.data).hexdigest(),
        )
    return replace(found, read=read, merged=merge)


def keep(
    ctx: Context,
    register: Register,
    entries: Mapping[str, Any],
    *,
    tenant: str,
    actor: str,
    merge: bool = False,
    refused: int = 0,
    file_sha256: str | None = None,
) -> Kept:
    """Put entries, by their keys, on file, note it in the trail, and ask for the open bills to be judged again.

    All in one transaction: where there is a new revision, its job is committed with it.
    """
    job: str | None = make("job")
    with ctx.db.begin() as session:
        now = ctx.now()
        change = registers.change(
            session, tenant=tenant, code=register.code, entries=entries, merge=merge, actor=actor, at=now
        )
        if not change.is_new:
            return Kept(register=register, change=change)
        if not jobs.add_again(session, tenant=tenant, identifier=job or "", actor=actor, at=now):
            job = None
        event = RegisterChanged(
            subject=f"register:{register.code}",
            revision=change.revision,
            mode="merge" if merge else "replace",
            rows=change.rows,
            added=change.added,
            changed=change.changed,
            removed=change.removed,
            refused=refused,
            sha256=change.sha256,
            file_sha256=file_sha256,
            job=job,
        )
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    if job is not None:
        enqueue(ctx, tenant=tenant, job=job, attempt=1)
    return Kept(register=register, change=change, job=job)


def foresee(
    ctx: Context, register: Register, entries: Mapping[str, Any], *, tenant: str, actor: str, merge: bool
) -> Kept:
    """What keeping the entries would change; nothing is written."""
    with ctx.db.begin() as session:
        change = registers.change(
            session,
            tenant=tenant,
            code=register.code,
            entries=entries,
            merge=merge,
            actor=actor,
            at=ctx.now(),
            only_try=True,
        )
    return Kept(register=register, change=change)


def on_file(ctx: Context, *, tenant: str) -> list[tuple[Register, Revision | None]]:
    """Every register, with what is on file of it."""
    with ctx.db.read() as session:
        found = registers.current(session, tenant=tenant)
    return [(register, found.get(code)) for code, register in REGISTERS.items()]


def entries_on_file(
    ctx: Context, code: str, *, tenant: str, revision: int | None, after: str | None, limit: int
) -> list[EntryRow]:
    """Entries of a register by their keys, as they are or as they were at a revision.

    Raises:
        UnknownRegisterError: there is no such register, or no such revision of it.
    """
    register_of(code)
    with ctx.db.read() as session:
        found = registers.revision_of(session, tenant=tenant, code=code, revision=revision)
        if found is None:
            if revision is not None:
                raise UnknownRegisterError(code, revision)
            return []
        return registers.listed(session, tenant=tenant, code=code, revision=found.revision, after=after, limit=limit)
