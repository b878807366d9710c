"""Boundaries that the import linter cannot see: relations between tables, and where texts, modules and jobs may lie."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import PROTECT, Field

PROJECT: Path = settings.BASE_DIR
SOURCES = sorted(
    path for top in ("yitong", "tests", "benchmarks") for path in (PROJECT / top).rglob("*.py") if path.stat().st_size
)
BESIDE = {"notifications": "documents", "ingest": "archive"}
ORDER = (
    "audit", "parties", "documents", "catalog", "licences", "consents", "archive", "exchange", "certificates", "waiving",
    "cases", "feedback", "supervision", "site",
)  # fmt: skip
HEIGHT = {name: place for place, name in enumerate(ORDER)}
HEIGHT |= {name: HEIGHT[other] for name, other in BESIDE.items()}
LONGEST_MODULE = 500


def _relations() -> list[Field]:
    models = [model for model in apps.get_models() if model.__module__.startswith("yitong.")]
    return [field for model in models for field in model._meta.get_fields() if field.is_relation and field.concrete]


def _crossing() -> list[Field]:
    return [
        field
        for field in _relations()
        if field.related_model._meta.app_label in HEIGHT
        and field.related_model._meta.app_label != field.model._meta.app_label
    ]


def test_no_table_refers_to_a_context_above_or_beside_it():
    upward = [
        f"{field} -> {field.related_model._meta.label}"
        for field in _crossing()
        if HEIGHT[field.related_model._meta.app_label] >= HEIGHT[field.model._meta.app_label]
    ]
    assert not upward, f"A relation must point to a lower context: {upward}"


def test_relations_between_contexts_protect_and_leave_no_name_behind():
    wrong = [
        str(field)
        for field in _crossing()
        if not field.many_to_many
        and (field.remote_field.on_delete is not PROTECT or field.remote_field.related_name != "+")
        # The framework's user model needs its reverse names.
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
    ]
    assert not wrong, f"Write on_delete=PROTECT and related_name='+' for: {wrong}"


def test_every_context_has_a_height():
    assert set(settings.CONTEXTS) | {"site"} == set(HEIGHT)


def test_modules_are_short_enough_to_read():
    long = {
        str(path.relative_to(PROJECT)): count
        for path in SOURCES
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long, f"Split what has more than {LONGEST_MODULE} lines: {long}"


def test_modules_say_what_they_are():
    silent = [
        str(path.relative_to(PROJECT))
        for path in SOURCES
        if path.is_relative_to(PROJECT / "yitong")
        and not {"migrations", "tests"} & set(path.parts)
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert not silent, f"A module starts with a docstring: {silent}"


def test_no_module_has_a_name_that_says_nothing():
    banned = {"utils.py", "helpers.py", "managers.py", "services.py", "misc.py"}
    found = [str(path.relative_to(PROJECT)) for path in SOURCES if path.name in banned or "common" in path.parts]
    assert not found, f"Name a module after what it does: {found}"


def _kept_files() -> list[Path]:
    """The files that belong to the repository; all of the checkout's where git is not at hand."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True
    )
    if listing.returncode:
        return SOURCES
    return [PROJECT / line for line in listing.stdout.splitlines() if (PROJECT / line).is_file()]


def _lines_matching(pattern: str) -> list[str]:
    expression = re.compile(pattern)
    found = []
    for path in _kept_files():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if expression.search(line):
                found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:120]}")
    return found


def test_no_package_registry_is_named():
    hosts = r"pythonhosted\.org|pypi\.org|registry\.npmjs|npmmirror|mirrors\.[a-z]+\.(com|edu)|--(extra-)?index-url\b"
    assert not (found := _lines_matching(hosts)), found


def test_no_path_of_one_machine_is_named():
    assert not (found := _lines_matching(r"(^|[\s\"'=(:])/(root|home/\w+|work|Users/\w+)/")), found


def test_nothing_is_marked_unfinished():
    marks = r"\b(TODO|FIXME|XXX)\b"
    assert not (found := [line for line in _lines_matching(marks) if ".po:" not in line]), found


def test_every_job_has_somebody_who_starts_it():
    """A task that is neither periodic nor deferred anywhere would never run."""
    from procrastinate.contrib.django import app

    periodic = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if "tests" not in path.parts)
    ours = {name: task for name, task in app.tasks.items() if task.func.__module__.startswith("yitong.")}
    idle = [
        name
        for name, task in ours.items()
        if name not in periodic and not re.search(rf"\b{task.func.__name__}\.(defer|configure|batch_defer)", code)
    ]
    assert ours, "The job queue's own upkeep is a job of ours"
    assert not idle, f"Nobody starts these jobs: {idle}"


@pytest.mark.parametrize("context", [*settings.CONTEXTS, "kernel", "rulebook", "site"])
def test_every_context_introduces_itself(context):
    text = (PROJECT / "yitong" / context / "__init__.py").read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"yitong/{context}/__init__.py says what the context owns"


def _words(path: str) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def test_every_environment_variable_is_documented():
    read = set()
    for path in SOURCES:
        if not {"tests", "migrations"} & set(path.parts):
            text = path.read_text(encoding="utf-8")
            read |= set(re.findall(r"env\.(?:flag|text|whole|listed)\(\s*\"(YITONG_\w+)\"", text))
            read |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"(YITONG_\w+)\"", text))
    # Set by the launcher for its parts and by the tests for themselves; nobody else is to set them.
    internal = {"YITONG_LAUNCHER_PID", "YITONG_TESTING"}
    unknown = sorted(name for name in read - internal if name not in _words("docs/operations.md"))
    assert not unknown, f"docs/operations.md does not say what these mean: {unknown}"


def test_every_direct_dependency_is_explained():
    import json
    import tomllib

    project = tomllib.loads(_words("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=;! ]", line)[0] for line in wanted}
    browser = json.loads(_words("frontend/package.json"))
    names |= set(browser.get("dependencies", {})) | set(browser.get("devDependencies", {}))
    page = _words("docs/dependencies.md")
    unknown = sorted(name for name in names if name not in page and not name.startswith("types-"))
    assert not unknown, f"docs/dependencies.md does not say why these are here: {unknown}"
