"""The composition root of the command line."""

import json
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from app.documents import canonical
from app.documents.document import Document
from app.reading.inside import Inner
from app.reading.inside.whole import joined, read_whole
from app.reading.reading import Reading, RuleCheck, Verdict
from app.sandboxes import checking, sandbox
from app.settings import Settings
from app.storage.roles import Role

if TYPE_CHECKING:
    from app.linking.filed import Doubt
    from app.payment.judge import Judgement
    from app.storage.access import Holder

cli = typer.Typer(
    name="countersign",
    help="Audits a purchase before it is paid.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
keys = typer.Typer(help="API keys.", no_args_is_help=True)
trails = typer.Typer(help="The trail of every step.", no_args_is_help=True)
imports = typer.Typer(help="Facts from other systems.", no_args_is_help=True)
cli.add_typer(keys, name="key")
cli.add_typer(trails, name="trail")
cli.add_typer(imports, name="import")

#: Exit status by decision, as accounts-payable scripts read it; the worst of several counts.
STATUS = {"pay": 0, "hold": 3, "wait": 4, "reject": 5}
_WORST = ("reject", "hold", "wait", "pay")
_BAD_INPUT = 2
_CODE_LASTS = timedelta(hours=8)

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

Files = Annotated[
    list[Path], typer.Argument(help="Documents: PDF, scan, e-invoice, table, mail, zip, JSON.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8000,
    workers: Annotated[int, typer.Option(min=0, help="How many worker processes to run beside the server.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only warnings and errors.")] = False,
) -> None:
    """Run the server, and a worker in its own process tree."""
    import uvicorn

    from app.compose import logs

    if quiet:
        os.environ["COUNTERSIGN_LOG_LEVEL"] = "WARNING"  # for the worker as well
    logs(Settings().log_level)
    ended = threading.Event()
    threads = [threading.Thread(target=_keep_worker, args=(ended, n), daemon=True) for n in range(1, workers + 1)]
    for thread in threads:
        thread.start()
    try:
        uvicorn.run("app.main:app", factory=True, host=host, port=port, log_config=None, access_log=not quiet)
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _keep_worker(ended: threading.Event, number: int) -> None:
    """Run a worker process and start it again when it dies, until the server ends."""
    name = os.environ.get("COUNTERSIGN_WORKER_ID", "worker-1")
    environment = {**os.environ, "COUNTERSIGN_WORKER_ID": name if number == 1 else f"{name}-{number}"}
    while not ended.is_set():
        command = [sys.executable, "-m", "app.worker", "--with-parent", str(os.getpid())]
        process = subprocess.Popen(command, env=environment)  # noqa: S603 (our own interpreter and module)
        while process.poll() is None and not ended.wait(0.5):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        elif not ended.is_set():
            logging.getLogger(__name__).error(
                "the worker ended with status %s and is started again", process.returncode
            )
            ended.wait(1)


@cli.command()
def worker() -> None:
    """Run one more worker on the same database."""
    os.execv(sys.executable, [sys.executable, "-m", "app.worker"])  # noqa: S606 (our own interpreter and module)


@cli.command()
def read(
    files: Files,
    as_json: AsJson = False,
    rules: Annotated[bool, typer.Option("--rules", help="Check e-invoices by the rules of EN 16931 as well.")] = False,
    together: Annotated[
        bool, typer.Option("--together", help="Join files that are pages of one document, as in an upload.")
    ] = False,
) -> None:
    """Read documents and print what stands in them; no server is needed."""
    answers = []
    for path, reading in zip(files, _readings(files, check=rules, together=together), strict=True):
        answers.append(_answer(reading) | ({"checks": [asdict(e) for e in reading.checks]} if reading.checks else {}))
        if not as_json:
            _show_reading(path, reading)
    if as_json:
        sys.stdout.write(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
    if any("error" in answer or any("error" in other for other in answer.get("also", ())) for answer in answers):
        raise typer.Exit(_BAD_INPUT)


def _answer(reading: Reading) -> dict[str, Any]:
    lost = [
        {"error": {"file": entry.file, "verdict": entry.verdict.value, "reason": entry.reason}}
        for entry in reading.lost
    ]
    if not reading.documents and reading.verdict is Verdict.OK:
        return {"joined": reading.reason}
    if not reading.documents:
        error = {"error": {"verdict": reading.verdict.value, "reason": reading.reason}}
        return error | ({"also": lost} if lost else {})
    first, *others = (canonical.write(document) for document in reading.documents)
    unread = sorted({entry.page for entry in reading.unread})
    answer = first | ({"also": [*others, *lost]} if others or lost else {})
    return answer | ({"unread_pages": unread} if unread else {})


def _readings(files: list[Path], *, check: bool = False, together: bool = False) -> list[Reading]:
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        _err.print(f"no such file: {', '.join(missing)}")
        raise typer.Exit(_BAD_INPUT)
    settings = Settings()
    readers = sandbox(settings)
    checker = checking(readers, settings)
    reader = checker if check else readers
    try:
        with ThreadPoolExecutor(settings.readers) as pool:
            found = list(pool.map(lambda path: read_whole(reader, path.read_bytes(), name=path.name), files))
        if not together:
            return found
        inner = [Inner(name=path.name, data=path.read_bytes()) for path in files]
        return [reading for _, reading in joined(reader, list(zip(inner, found, strict=True))) if reading is not None]
    finally:
        checker.close()
        readers.close()


def _show_reading(path: Path, reading: Reading) -> None:
    if not reading.documents:
        _out.print(f"[bold]{path.name}[/]: {reading.verdict.value}: {reading.reason}")
    for entry in reading.lost if reading.documents else ():
        _out.print(f"[bold]{path.name}[/], {entry.file}: {entry.verdict.value}: {entry.reason}")
    for document in reading.documents:
        table = Table(title=f"{path.name}: {document.kind} {document.number or '?'}", title_justify="left")
        for heading in ("line", "description", "quantity", "unit", "price", "amount"):
            table.add_column(heading, justify="left" if heading in {"line", "description"} else "right")
        for line in document.lines:
            cells = (line.id, line.description, line.quantity, line.unit, line.unit_price, line.net_amount)
            table.add_row(*("" if cell is None else str(cell) for cell in cells))
        _out.print(table)
    for page, why in sorted({(entry.page, entry.why) for entry in reading.unread}):
        _out.print(f"[bold]{path.name}[/]: page {page} could not be read. {why}", soft_wrap=True, highlight=False)
    for check in reading.checks:
        _show_check(check)


def _show_check(check: RuleCheck) -> None:
    if check.reason is not None:
        _out.print(f"The rules were not checked: {check.reason}")
        return
    _out.print(
        f"{check.book}: " + (f"{len(check.breaches)} rules are broken" if check.breaches else "all rules are kept")
    )
    for breach in check.breaches:
        times = f", {breach.times} times" if breach.times > 1 else ""
        _out.print(
            f"  {breach.rule} ({'fatal' if breach.fatal else 'warning'}) at {breach.place}{times}: {breach.text}",
            soft_wrap=True,
            markup=False,
        )


@cli.command()
def match(
    files: Files,
    as_json: AsJson = False,
    policy: Annotated[Path | None, typer.Option(help="A TOML file with a policy.", exists=True)] = None,
) -> None:
    """Match the documents of purchases with each other and say what may be paid; no server is needed.

    Exit status: 0 pay, 3 hold, 4 wait, 5 reject, 2 bad input.
    """
    from app.compose import policy_of
    from app.workflow.doubts import doubts_of
    from app.workflow.match import answer_of, judge_together

    found: list[Document] = []
    doubts: list[tuple[Doubt, ...]] = []
    for path, reading in zip(files, _readings(files, check=True, together=True), strict=True):
        if not reading.documents:
            _err.print(f"{path.name}: {reading.verdict.value}: {reading.reason}")
        for entry in reading.lost if reading.documents else ():
            _err.print(f"{path.name}, {entry.file}: {entry.verdict.value}: {entry.reason}")
        found += [replace(document, evidence={}) for document in reading.documents]
        doubts += [doubts_of(reading, part) for part in range(len(reading.documents))]
    judgements = judge_together(found, policy_of(policy), doubts)
    if not judgements:
        _err.print("there is no invoice among these files")
        raise typer.Exit(_BAD_INPUT)
    if as_json:
        sys.stdout.write(json.dumps([answer_of(judgement) for judgement in judgements], indent=1) + "\n")
    else:
        for judgement in judgements:
            _show_judgement(judgement)
    decisions = {judgement.decision.kind.value for judgement in judgements}
    raise typer.Exit(STATUS[next(kind for kind in _WORST if kind in decisions)])


def _show_judgement(judgement: "Judgement") -> None:
    decision, invoice = judgement.decision, judgement.voucher.invoice.document
    _out.print(
        f"[bold]{decision.kind.value.upper()}[/] {invoice.number or '?'} of {invoice.supplier.name or '?'}: "
        f"{decision.payable} is supported, {decision.held} is held"
    )
    table = Table()
    for heading in ("finding", "line", "expected", "actual", "why"):
        table.add_column(heading)
    for finding in judgement.findings:
        if not finding.suppressed_by:
            seen = finding.condition
            cells = (finding.code, finding.line, seen.expected, seen.actual, seen.why)
            table.add_row(*("" if cell is None else str(cell) for cell in cells))
    if table.row_count:
        _out.print(table)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the workbench.")] = 8000,
    data: Annotated[Path, typer.Option(help="A folder for the demonstration; it is emptied first.")] = Path(
        "demo-data"
    ),
    leave: Annotated[bool, typer.Option("--exit", help="Load, print the score and stop.")] = False,
) -> None:
    """Load the sample company with its planted errors and open the workbench."""
    from app import demo as demonstration

    try:
        demonstration.fresh(data)
        with demonstration.server(data, port) as url:
            holder, secret = _key_for_demo(data)
            client = demonstration.Client(url, secret)
            with _progress() as show:
                manifest = demonstration.load(client, progress=show)
            score = demonstration.score(client, manifest)
            for missed in score.missed:
                _out.print(f"missed: {missed}", soft_wrap=True)
            for alarm in score.alarms:
                _out.print(f"false alarm: {alarm}", soft_wrap=True)
            _out.print(f"\n{score.untouched} of {score.bills} bills passed untouched; [bold]{score.line}[/]")
            if leave:
                return
            _out.print(f"\nThe workbench: {url}/sign-in?code={_sign_in_code(data, holder)}", soft_wrap=True)
            _out.print(
                f'A key for the API: curl -H "Authorization: Bearer {secret}" {url}/v1/exceptions', soft_wrap=True
            )
            _out.print("Ctrl-C ends it.")
            threading.Event().wait()
    except RuntimeError as error:
        _err.print(f"[bold]{error}[/]")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        _out.print("ended")


class _progress:  # noqa: N801 (used as a word: `with _progress() as show`)
    """A bar that follows a job."""

    def __enter__(self) -> Any:
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=_err)
        self._bar.start()
        self._task = self._bar.add_task("reading", total=None)
        return lambda job: self._bar.update(
            self._task, description=job["phase"], completed=job["done"], total=job["total"]
        )

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _key_for_demo(data: Path) -> "tuple[Holder, str]":
    from app.compose import context
    from app.storage import access

    ctx = context(Settings(data=data), enqueue=lambda *_: None)
    with ctx.db.begin() as session:
        _, secret = access.add_key(
            session, tenant=Settings().tenant, name="demo", role=Role.AUDITOR, at=datetime.now(UTC)
        )
    with ctx.db.read() as session:
        holder = access.holder_of(session, secret)
    ctx.db.close()
    if holder is None:
        raise RuntimeError("the demonstration's key was not stored")
    return holder, secret


def _sign_in_code(data: Path, holder: "Holder") -> str:
    from app.compose import context
    from app.storage import access

    ctx = context(Settings(data=data), enqueue=lambda *_: None)
    with ctx.db.begin() as session:
        code = access.open_session(session, holder, purpose="code", at=datetime.now(UTC), lasts=_CODE_LASTS)
    ctx.db.close()
    return code


@keys.command("add")
def key_add(
    name: Annotated[str, typer.Argument(help="Whose key it is, e.g. sap.")],
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
) -> None:
    """Make a key and print it; it is shown this once."""
    from app.compose import context
    from app.storage import access, trail
    from app.storage.schema import upgrade
    from app.trail.events import KeyAdded

    settings = Settings()
    ctx = context(settings, enqueue=lambda *_: None)
    upgrade(ctx.db)
    with ctx.db.begin() as session:
        identifier, secret = access.add_key(session, tenant=settings.tenant, name=name, role=role, at=ctx.now())
        event = KeyAdded(subject=identifier, name=name, role=role.value)
        trail.append(session, tenant=settings.tenant, at=ctx.now(), actor="system:command line", event=event)
    ctx.db.close()
    sys.stdout.write(secret + "\n")


@imports.command("registers")
def import_registers(
    code: Annotated[str, typer.Argument(help="Which register, e.g. vendors.")],
    file: Annotated[Path, typer.Argument(help="A CSV file or spreadsheet.", exists=True, dir_okay=False)],
    merge: Annotated[bool, typer.Option("--merge", help="Put the entries among those on file.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing unless every row can be taken.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would happen.")] = False,
    fill: Annotated[
        list[str] | None,
        typer.Option(help="A value for all rows: field=value.", show_default=False),
    ] = None,
    refused: Annotated[Path | None, typer.Option(help="Where to write the rows that cannot be taken.")] = None,
) -> None:
    """Put a register on file from a CSV file or spreadsheet; a running worker judges the open bills again.

    Exit status: 0 all rows were taken, 1 some were not, 2 nothing was taken.
    """
    from app.compose import context
    from app.errors import AppError
    from app.storage.schema import upgrade
    from app.workflow.registers import Brought, import_register

    settings = Settings()
    readers = sandbox(settings)
    ctx = context(settings, enqueue=lambda *_: None, drawer=readers)
    pairs = dict(entry.partition("=")[::2] for entry in fill or ())
    brought = Brought(data=file.read_bytes(), merge=merge, strict=strict, preview=preview, fill=pairs)
    try:
        upgrade(ctx.db)
        found = import_register(ctx, code, brought, tenant=settings.tenant, actor="system:command line")
    except AppError as error:
        _err.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(_BAD_INPUT) from None
    finally:
        readers.close()
        ctx.db.close()
    change = found.change
    _out.print(
        f"{code}: {change.added} added, {change.changed} changed, {change.removed} taken out; "
        f"{'there would be' if preview else 'on file are'} {change.rows} (revision {change.revision})"
    )
    if found.read is not None and found.read.refused:
        if refused is not None:
            refused.write_text(found.read.refused_csv(), encoding="utf-8", newline="")
        for row in found.read.refused:
            _err.print(f"row {row.row}: {row.reason}", markup=False, soft_wrap=True)
        raise typer.Exit(1)


@trails.command("verify")
def trail_verify(as_json: AsJson = False) -> None:
    """Recompute every digest of the trail and say whether it holds."""
    from app.compose import context
    from app.storage import trail
    from app.storage.schema import upgrade

    settings = Settings()
    ctx = context(settings, enqueue=lambda *_: None)
    upgrade(ctx.db)
    with ctx.db.read() as session:
        count, broken = trail.check(session, tenant=settings.tenant)
        head = trail.head(session, tenant=settings.tenant)
    ctx.db.close()
    if as_json:
        answer = {"holds": broken is None, "entries": count, "head": head.digest if head else None}
        sys.stdout.write(json.dumps(answer) + "\n")
    elif broken is None:
        _out.print(f"the trail holds: {count} entries, head {head.digest if head else 'none'}")
    else:
        _out.print(f"the trail is broken at entry {broken.seq}: {broken.reason}")
    raise typer.Exit(0 if broken is None else 1)


@cli.command("reperform")
def reperform_match(
    match: Annotated[str, typer.Argument(help="The match, mat_…")],
    as_json: AsJson = False,
) -> None:
    """Make a stored match again from what it was made from; exit status 0 if it is identical, 1 if not."""
    from app.compose import context
    from app.errors import AppError
    from app.storage.schema import upgrade
    from app.workflow.reperform import reperform

    settings = Settings()
    ctx = context(settings, enqueue=lambda *_: None)
    upgrade(ctx.db)
    try:
        found = reperform(ctx, match, tenant=settings.tenant)
    except AppError as error:
        _out.print(str(error))
        raise typer.Exit(2) from error
    finally:
        ctx.db.close()
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    elif found["identical"]:
        _out.print(
            f"{match} is identical: {found['inputs']['documents']} papers, inputs {found['inputs_sha256']['now']}"
        )
    else:
        _out.print(f"{match} differs in {found['differences_in_all']} places:")
        for place in found["differences"]:
            _out.print(f"  {place['pointer']}: then {place['then']}, now {place['now']}", markup=False)
    raise typer.Exit(0 if found["identical"] else 1)


def main() -> None:
    """The `countersign` command."""
    cli()


if __name__ == "__main__":
    main()
