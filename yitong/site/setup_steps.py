"""What must be in place before the web server starts, and how to know that it already is.

`STEPS` is the ordered list; whoever needs something made at set-up adds a `Step`. Each is repeated only when one of its
input files changed or, for what lies in the database, when the database is another one. The work is done in a process
of its own (`python -m yitong.site.setup_steps`), so that the launcher stays small; the decision is made without Django.

A step must be safe to repeat: a start may be killed in the middle of one.
"""

import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from yitong.site import env


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of set-up.

    `target`: `module:function` taking nothing. `inputs`: file patterns below the project folder whose contents decide
    whether to repeat. `in_database`: its result lies in the database. `demo_only`: for the demonstration city.
    """

    name: str
    label: str
    target: str
    inputs: tuple[str, ...]
    in_database: bool = False
    demo_only: bool = False


STEPS: list[Step] = [
    Step("vendor", "Browser files", "yitong.site.vendor:install", ("frontend/package*.json", "yitong/site/vendor.py")),
    Step("messages", "Translations", "yitong.site.messages:compile_all", ("yitong/*/locale/*/LC_MESSAGES/django.po",)),
    Step(
        "static",
        "Static files",
        "yitong.site.setup_steps:collect_static",
        ("yitong/*/static/**/*", "frontend/package*.json", "yitong/site/vendor.py", "locks/runtime.txt"),
    ),
    Step(
        "database",
        "Database tables",
        "yitong.site.setup_steps:migrate",
        ("yitong/*/migrations/*.py", "locks/runtime.txt", "yitong/site/settings.py"),
        in_database=True,
    ),
    Step("audit key", "Audit signing key", "yitong.audit.tasks:make_key", ("yitong/audit/commands/keys.py",), True),
    Step(
        "message templates",
        "Message templates",
        "yitong.notifications.commands:ensure_templates",
        ("yitong/notifications/templates_data.py",),
        in_database=True,
    ),
    Step(
        "seal authority",
        "Seal certificates",
        "yitong.documents.tasks:make_keys",
        ("yitong/documents/seals/keys.py",),
        True,
    ),
    Step(
        "document templates",
        "Document templates",
        "yitong.documents.tasks:seed_templates",
        ("yitong/documents/templates_data.py", "yitong/documents/rules/kinds.py"),
        in_database=True,
    ),
    Step("licence keys", "Licence keys", "yitong.licences.tasks:make_keys", ("yitong/licences/keyring.py",), True),
    Step(
        "licence proof keys",
        "Licence proof keys",
        "yitong.licences.tasks:make_proof_keys",
        ("yitong/licences/proof_keys.py", "yitong/licences/proofs/trust.py"),
        True,
    ),
    Step(
        "licence types", "Licence types", "yitong.licences.tasks:seed_types", ("yitong/licences/types_data.py",), True
    ),
    Step("legal bases", "Legal bases", "yitong.consents.tasks:seed_bases", ("yitong/consents/laws_data.py",), True),
    Step(
        "connectors",
        "Connectors of the demonstration",
        "yitong.exchange.tasks:seed_connectors",
        ("yitong/exchange/connectors_data.py",),
        in_database=True,
        demo_only=True,
    ),
    Step("search words", "Search words", "yitong.catalog.tasks:seed_words", ("yitong/catalog/synonyms_data.py",), True),
    Step(
        "demo",
        "Demonstration city",
        "yitong.site.setup_steps:load_demo",
        ("yitong/site/demo/load.py",),
        in_database=True,
        demo_only=True,
    ),
]


def add_after(name: str, step: Step) -> None:
    """Insert `step` behind the one called `name`; adding the same name twice replaces it."""
    STEPS[:] = [known for known in STEPS if known.name != step.name]
    place = next(number for number, known in enumerate(STEPS) if known.name == name)
    STEPS.insert(place + 1, step)


def collect_static() -> None:
    """Gather, hash and compress the static files."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def migrate() -> None:
    """Bring the tables up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def load_demo() -> None:
    """Load the demonstration city, or what an interrupted load left of it; a database with accounts of its own stays."""
    from yitong.site.demo.bars import Bars, Silent
    from yitong.site.demo.load import load_city

    load_city(bars=Silent() if "--json" in sys.argv else Bars())


def pending(*, demo: bool, dsn: str) -> list[tuple[Step, str]]:
    """The steps to run now, each with the stamp to keep once it is done. Reads files and one row; no Django."""
    done = _stamps()
    database = ""
    waiting = []
    for step in STEPS:
        if step.demo_only and not demo:
            continue
        if step.in_database and not database:
            database = _database_identity(dsn)
        stamp = _fingerprint(step.inputs) + (f"@{database}" if step.in_database else "")
        if done.get(step.name) != stamp:
            waiting.append((step, stamp))
    return waiting


def run_pending(*, demo: bool, dsn: str, report: Callable[[str, float], None]) -> None:
    """Run what is pending, in order, and keep each stamp as soon as its step is done."""
    for step, _ in pending(demo=demo, dsn=dsn):
        begun = time.monotonic()
        module, _, function = step.target.partition(":")
        getattr(importlib.import_module(module), function)()
        # Migrating gives an empty database its identity, so that the stamp is taken afterwards.
        database = f"@{_database_identity(dsn)}" if step.in_database else ""
        _keep_stamp(step.name, _fingerprint(step.inputs) + database)
        report(step.label, time.monotonic() - begun)


def _stamp_file() -> Path:
    return env.var_dir() / "setup.json"


def _stamps() -> dict[str, str]:
    try:
        return dict(json.loads(_stamp_file().read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _keep_stamp(name: str, stamp: str) -> None:
    file = _stamp_file()
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(_stamps() | {name: stamp}, indent=1, sort_keys=True))
    draft.replace(file)


def _fingerprint(patterns: tuple[str, ...]) -> str:
    """A hash over the names and contents of the files that match."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for file in sorted(env.BASE_DIR.glob(pattern)):
            if file.is_file():
                digest.update(str(file.relative_to(env.BASE_DIR)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _database_identity(dsn: str) -> str:
    """A word that changes when the database is made anew; its first migration's instant tells it apart."""
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        known = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
        if not known or not known[0]:
            return "empty"
        row = connection.execute("SELECT min(applied), count(*) FROM django_migrations").fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()[:12]


def main() -> None:
    """Run what is pending for DATABASE_URL and YITONG_DEMO; with --json one object a line."""
    import django

    as_json = "--json" in sys.argv

    def report(label: str, seconds: float) -> None:
        if as_json:
            print(json.dumps({"event": "phase", "name": label, "seconds": round(seconds, 3)}), flush=True)
        else:
            print(f"  {seconds:6.2f} s  {label}", flush=True)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    begun = time.monotonic()
    django.setup()
    report("Framework", time.monotonic() - begun)
    run_pending(demo=env.flag("YITONG_DEMO", False), dsn=os.environ["DATABASE_URL"], report=report)


if __name__ == "__main__":
    main()
