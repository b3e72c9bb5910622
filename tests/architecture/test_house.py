"""What the repository's own files promise: the image, the decisions, the changelog, the notices, the modules."""

import ast
import importlib.metadata
import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import app.matching.engine
import app.matching.rule
import app.matching.rules.quantity
from app.registry import Registry
from app.settings import Settings
from app.trail.events import EVENTS
from tests import notation

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MODULES = sorted((ROOT / "app").rglob("*.py"))
MOST_LINES = 500
#: Written by `make docs`; whether they are fresh is another test's question.
GENERATED = {"docs/standard.md", "docs/settings.md", "docs/problems.md", "openapi.json"}


def named(path):
    return str(path.relative_to(ROOT))


def tracked():
    """The files under version control; in an unpacked archive, whatever was unpacked."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not any(p[0] == "." for p in path.parts)]
    # A file that somebody has just moved or deleted is still listed.
    return [path for name in found.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path):
    content = path.read_bytes()
    return None if b"\0" in content else content.decode(errors="replace")


# ── the image ───────────────────────────────────────────────────────────────────────────────────


def instructions(text):
    """The instructions of a Dockerfile: (name, arguments), with continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [tuple(line.strip().split(None, 1)) for line in joined.splitlines() if line.strip()]


def stages(found):
    """The same, one list for each stage."""
    parts = []
    for name, rest in found:
        if name == "FROM":
            parts.append([])
        parts[-1].append((name, " ".join(rest.split())))
    return parts


def uv_syncs(text):
    """The options of each `uv sync` in a Dockerfile or Makefile."""
    joined = re.sub(r"\\\n", " ", text)
    calls = re.findall(r"(?:\buv|\$\(UV\)) sync\b([^\n&|;]*)", joined)
    return [set(re.split(r"\s+(?=--)", call.strip())) for call in calls]


@pytest.fixture(scope="module")
def dockerfile():
    return (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def image(dockerfile):
    return stages(instructions(dockerfile))


class TestDockerfile:
    def test_a_builder_and_a_stage_that_runs_have_the_same_base(self, image):
        bases = [stage[0][1].split(" AS ") for stage in image]

        assert [base[0] for base in bases] == ["python:3.11-slim", "python:3.11-slim"]
        assert bases[0][1] == "builder"

    def test_the_base_is_a_python_that_the_project_supports(self, image):
        version = re.search(r"python:([0-9.]+)", image[-1][0][1])[1]

        assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(f"{version}.0")

    def test_nothing_is_added_from_elsewhere(self, image):
        assert not [rest for stage in image for name, rest in stage if name == "ADD"]
        assert not [
            rest for stage in image for name, rest in stage if re.search(r"\b(curl|wget)\b|https?://(?!127\.)", rest)
        ]

    def test_it_runs_as_somebody_who_is_not_root(self, image):
        users = [rest for name, rest in image[-1] if name == "USER"]

        assert users
        assert users[-1].split(":")[0] not in {"root", "0"}

    def test_what_is_run_is_in_exec_form_and_a_script_of_the_project(self, image):
        command = [rest for name, rest in image[-1] if name == "CMD"]

        assert len(command) == 1
        words = json.loads(command[0])
        assert words == ["countersign", "serve", "--host", "0.0.0.0"]
        assert words[0] in PROJECT["project"]["scripts"]

    def test_an_init_passes_signals_on(self, image):
        # A process of ours must not be number 1: it would get no signals, and its children would think it gone.
        assert [json.loads(rest) for name, rest in image[-1] if name == "ENTRYPOINT"] == [["tini", "--"]]
        assert any(re.search(r"apt-get install .*\btini\b", rest) for name, rest in image[-1] if name == "RUN")

    def test_its_health_is_asked_of_the_server(self, image):
        check = next(rest for name, rest in image[-1] if name == "HEALTHCHECK")
        words = json.loads(check.partition(" CMD ")[2])

        assert words[:2] == ["python", "-c"]
        assert "urllib.request" in words[2]
        assert re.search(r"http://127\.0\.0\.1:8000/healthz\b", words[2])
        ast.parse(words[2])

    def test_what_it_copies_exists_and_is_let_through(self, image):
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        kept = {line[1:] for line in ignored if line.startswith("!")}
        copied = [
            name
            for stage in image
            for kind, rest in stage
            if kind == "COPY" and "--from" not in rest
            for name in rest.split()[:-1]
        ]

        assert "*" in ignored
        assert copied
        assert [name for name in copied if not (ROOT / name).exists()] == []
        assert [name for name in copied if name.split("/")[0] not in kept] == []

    def test_it_installs_as_the_makefile_does(self, dockerfile):
        ours, theirs = uv_syncs(dockerfile), uv_syncs((ROOT / "Makefile").read_text())
        # For use, not for work: the groups hold what only tests and linters need.
        install = next(options for options in theirs if "--all-groups" not in options)

        # `--inexact` keeps what is in an older environment and `--quiet` is for people; an image has neither.
        # `--no-install-project` is the layer before the code comes in.
        assert ours[-1] - {"--no-dev"} == install - {"--inexact", "--quiet"}
        assert ours[:-1] == [ours[-1] | {"--no-install-project"}]
        assert PROJECT["tool"]["uv"]["default-groups"] == []

    def test_a_version_of_uv_that_the_makefile_pins_is_the_one_in_the_image(self, dockerfile):
        ours, theirs = (
            set(re.findall(r"\buv==([0-9.]+)", text)) for text in (dockerfile, (ROOT / "Makefile").read_text())
        )

        assert len(ours) == 1
        assert theirs <= ours


# ── several machines ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


class TestCompose:
    def test_the_parts_are_there_and_each_says_whether_it_is_well(self, compose):
        services = compose["services"]

        assert set(services) == {"app", "worker", "database"}
        assert services["database"]["image"] == "postgres:16"
        assert "healthcheck" in services["database"]
        assert "healthcheck" in services["worker"]  # the image's own check is for a web server
        assert services["app"]["depends_on"]["database"]["condition"] == "service_healthy"

    def test_every_volume_that_is_used_is_declared(self, compose):
        used = {volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]}

        assert used == set(compose["volumes"])

    def test_a_secret_comes_from_the_environment_and_has_no_default(self):
        text = (ROOT / "compose.yaml").read_text()
        asked = re.findall(r"\$\{([A-Z_]+)([^}]*)\}", text)
        secrets = re.findall(r"(?im)^\s*\w*(?:password|salt|secret|token)\w*:\s*(.+)$", text)

        assert {name for name, _ in asked} == {"POSTGRES_PASSWORD", "COUNTERSIGN_LICENSE_SALT"}
        assert all(rest.startswith(":?") for _, rest in asked)
        assert all(re.fullmatch(r"\$\{.+\}", value) for value in secrets)

    def test_every_setting_that_it_names_exists(self, compose):
        known = {f"COUNTERSIGN_{name.upper()}" for name in Settings.model_fields}
        used = {name for service in compose["services"].values() for name in service["environment"]}

        assert {name for name in used if name.startswith("COUNTERSIGN_")} <= known

    def test_a_check_in_python_can_be_parsed(self, compose):
        checks = [
            service["healthcheck"]["test"] for service in compose["services"].values() if "healthcheck" in service
        ]

        assert [ast.parse(check[3]) for check in checks if check[1:3] == ["python", "-c"]]

    def test_the_documents_are_read_by_the_worker_and_each_worker_has_a_name(self, compose):
        app, worker = compose["services"]["app"], compose["services"]["worker"]

        assert app["command"][:2] == ["countersign", "serve"]
        assert app["command"][-2:] == ["--workers", "0"]
        assert worker["command"] == ["python", "-m", "app.worker"]
        assert worker["environment"]["COUNTERSIGN_WORKER_ID"]


# ── the hooks ───────────────────────────────────────────────────────────────────────────────────


def test_every_hook_runs_a_program_of_the_lock_file():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]

    assert [repo["repo"] for repo in hooks] == ["local"]
    for hook in hooks[0]["hooks"]:
        words = shlex.split(hook["entry"])
        assert words[0].startswith(".venv/bin/")
        if words[0] == ".venv/bin/python":
            ast.parse(words[2])


# ── the walk-through ────────────────────────────────────────────────────────────────────────────


class TestContributing:
    @pytest.fixture
    def walk(self):
        text = (ROOT / "CONTRIBUTING.md").read_text()
        return text.partition("## Add a rule")[2].partition("## How the code reads")[0]

    @pytest.fixture
    def rules(self, monkeypatch, walk):
        """The rule of the walk-through alone, registered as if it stood in its chapter."""
        registry = Registry("rule")
        monkeypatch.setattr(app.matching.rule, "RULES", registry)
        monkeypatch.setattr(app.matching.engine, "RULES", registry)
        chapter = app.matching.rules.quantity
        exec(re.search(r"(?s)```python\n(.*?)```", walk)[1], {**vars(chapter)})
        return registry

    @pytest.fixture
    def cases(self, walk, tmp_path):
        path = tmp_path / "page.md"
        path.write_text(re.search(r"(?s)````markdown\n(.*?)````", walk)[1])
        return notation.page(path)

    def test_its_rule_finds_what_its_page_says(self, rules, cases):
        (rule,) = rules.values()

        assert rule.criterion
        assert rule.procedure
        assert {case.is_clean for case in cases} == {True, False}
        for case in cases:
            judged = case.judged()
            found = [
                [
                    f"invoice line {one.line}",
                    one.condition.expected,
                    one.condition.actual,
                    f"{one.at_risk.amount:f} {one.at_risk.currency}",
                ]
                for one in judged.findings
            ]
            assert found == case.finds
            if case.decides:
                assert [judged.decision.kind.value, f"{judged.decision.payable.amount:f}"] == case.decides

    def test_its_example_of_the_notation_is_true(self, tmp_path):
        habits = (ROOT / "CONTRIBUTING.md").read_text().partition("**8. Tests")[2]
        path = tmp_path / "page.md"
        path.write_text("# QTY_OVER_RECEIVED\n\n## A case\n\n" + re.search(r"(?s)```\n.*?```", habits)[0])
        (case,) = notation.page(path)
        (found,) = (one for one in case.judged().findings if one.code == "QTY_OVER_RECEIVED")

        assert case.finds == [["invoice line 1", found.condition.expected, found.condition.actual, "2.50 EUR"]]

    def test_the_files_and_commands_that_it_names_exist(self):
        text = (ROOT / "CONTRIBUTING.md").read_text()
        makefile = (ROOT / "Makefile").read_text()
        files = re.findall(r"`((?:app|docs|tests)/[^`<\s]*)`", text)
        commands = re.findall(r"\bmake ([a-z][a-z-]*)\b", "\n".join(re.findall(r"`+[^`]+`+", text)))

        assert [
            name
            for name in files
            if not (ROOT / name).exists() and name != "tests/rules/LINE_REPEATED.md" and name not in GENERATED
        ] == []
        assert commands
        assert [name for name in commands if not re.search(rf"(?m)^{name}:", makefile)] == []


# ── the decisions ───────────────────────────────────────────────────────────────────────────────

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]


def sections(text):
    """The text under each heading of the second level."""
    parts = re.split(r"(?m)^## (.+)\n", text)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


class TestDecisions:
    def test_the_numbers_have_no_gap(self):
        assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]

    @pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
    def test_a_page_has_its_sections_and_stays_a_page(self, path):
        text = path.read_text()
        found = sections(text)

        assert re.match(rf"# {path.name[:4]} \S", text)
        assert re.search(r"(?m)^Status: (Proposed|Accepted|Superseded by [0-9]{4})$", text)
        assert re.search(r"(?m)^Date: [0-9]{4}-[0-9]{2}-[0-9]{2}$", text)
        assert list(found) == SECTIONS
        assert all(found.values())
        assert len(text.splitlines()) <= 60

    @pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
    def test_the_decision_is_a_line_to_quote(self, path):
        decision = sections(path.read_text())["Decision"]

        assert re.match(r"\*\*[^*\n]+[.]\*\*", decision)

    @pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
    def test_what_enforces_it_exists(self, path):
        enforced = sections(path.read_text())["Enforced by"]
        files = [name for name in re.findall(r"`([^`\s]+)`", enforced) if "/" in name or name.endswith(".toml")]

        assert [name for name in files if not (ROOT / name).exists()] == []

    def test_the_map_of_the_documents_names_every_page(self):
        index = (ROOT / "docs" / "index.md").read_text()

        assert [path.name for path in DECISIONS if f"decisions/{path.name}" not in index] == []


# ── the changelog ───────────────────────────────────────────────────────────────────────────────

ORDER = ["Security", "Removed", "Deprecated", "Standard", "Added", "Changed", "Fixed"]


@pytest.fixture(scope="module")
def releases():
    parts = re.split(r"(?m)^## (.+)\n", (ROOT / "CHANGELOG.md").read_text())
    return list(zip(parts[1::2], parts[2::2], strict=True))


class TestChangelog:
    def test_what_is_unreleased_comes_first_and_the_releases_are_dated(self, releases):
        titles = [title for title, _ in releases]

        assert titles[0] == "[Unreleased]"
        assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", title) for title in titles[1:])

    def test_the_sections_stand_in_their_order_and_hold_something(self, releases):
        for _, body in releases:
            parts = re.split(r"(?m)^### (.+)\n", body)
            names = parts[1::2]

            assert names == [name for name in ORDER if name in names]
            assert all(re.search(r"(?m)^- \S", part) for part in parts[2::2])

    def test_a_change_of_the_standard_names_the_rule(self, releases):
        for _, body in releases:
            for part in re.findall(r"(?ms)^### Standard\n(.*?)(?=^### |\Z)", body):
                lines = re.findall(r"(?m)^- .*$", part)

                assert all(re.search(r"`[A-Z][A-Z0-9_]+`", line) for line in lines)


# ── the notices ─────────────────────────────────────────────────────────────────────────────────


def direct():
    """What the product asks for in pyproject.toml, its extras included."""
    project = PROJECT["project"]
    extras = (name for group in project.get("optional-dependencies", {}).values() for name in group)
    return [Requirement(name) for name in (*project["dependencies"], *extras)]


def installed(asked):
    """Every package that comes along on this machine: the name, and what is known of it."""
    found, waiting = {}, [(one.name, frozenset(one.extras)) for one in asked]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found[canonicalize_name(name)] = package
        for text in package.requires or ():
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append((needed.name, frozenset(needed.extras)))
    return found


def declared(package):
    """The license as the package's own metadata state it, in one line."""
    facts = package.metadata
    if facts.get("License-Expression"):
        return facts["License-Expression"]
    classifiers = [
        one.split("::")[-1].strip() for one in facts.get_all("Classifier") or () if one.startswith("License")
    ]
    free = (facts.get("License") or "").strip()
    precise = free and "\n" not in free and not free.startswith("Copyright") and free != "LGPL"
    return (free if precise else ", ".join(classifiers)) or "none declared"


@pytest.fixture(scope="module")
def rows():
    notice = (ROOT / "NOTICE").read_text()
    return dict(re.findall(r"(?m)^  ([a-z0-9-]+) {2,}(\S.*)$", notice))


class TestNotice:
    def test_it_names_what_the_product_asks_for(self, rows):
        assert {canonicalize_name(one.name) for one in direct()} - set(rows) == set()

    def test_it_names_what_comes_along_and_the_license_is_the_declared_one(self, rows):
        packages = installed(direct())

        assert {name: rows.get(name) for name in packages} == {name: declared(one) for name, one in packages.items()}

    def test_it_names_what_is_part_of_the_repository(self):
        notice = (ROOT / "NOTICE").read_text()
        scripts = [path for path in (ROOT / "app").rglob("*.js") if "htmx" in path.name]

        assert not scripts or ("htmx" in notice and "0BSD" in notice)

    def test_the_license_is_the_one_that_the_project_names(self):
        text = (ROOT / "LICENSE").read_text()

        assert PROJECT["project"]["license"] == "Apache-2.0"
        assert "Apache License" in text
        assert "Version 2.0, January 2004" in text
        assert "END OF TERMS AND CONDITIONS" in text


# ── the modules ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is_and_stays_readable(path):
    text = path.read_text()

    assert ast.get_docstring(ast.parse(text)), "a module's docstring says what it is"
    assert len(text.splitlines()) <= MOST_LINES, "split it along what it is about"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_named_for_what_it_does(path):
    assert path.stem not in {"common", "helper", "helpers", "manager", "misc", "util", "utils", "base"}
    assert path.parent.name not in {"common", "domain", "helpers", "services", "utils"}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_an_event_is_documented_where_it_is_declared(event):
    # A dataclass without a docstring is given its signature for one.
    assert event.__doc__
    assert not event.__doc__.startswith(f"{event.__name__}(")
    assert event.__doc__.rstrip().endswith(".")


# ── the words ───────────────────────────────────────────────────────────────────────────────────

# Each is written so that this file does not hold it.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/(?:work|root|Users)/\w|(?<![\w.~-])/home/[a-z]|[A-Z]:\\Users\\"),
    "a merge that was not finished": re.compile(r"(?m)^(?:<{7}|>{7}) "),
    "a private key": re.compile(r"-{5}BEGIN (?:[A-Z]+ )?PRIVATE KEY-{5}"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    found = [
        f"{named(path)}: {match[0]}"
        for path in tracked()
        if (text := text_of(path)) is not None and (match := FORBIDDEN[what].search(text))
    ]

    assert found == []


def test_the_lock_file_names_the_public_index_only():
    sources = set(re.findall(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text()))

    assert sources == {"https://pypi.org/simple"}


PAGES = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.read_text().strip()]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_links_to_what_exists(path):
    without_code = re.sub(r"(?s)```.*?```", "", path.read_text())
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", without_code)
    local = [path.parent / link for link in links if not re.match(r"[a-z]+:", link)]
    local = [named(link.resolve()) for link in local]

    assert [link for link in local if not (ROOT / link).exists() and link not in GENERATED] == []
