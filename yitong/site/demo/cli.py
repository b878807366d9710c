"""`yitong demo`: the main job against a database of its own, which is gone afterwards."""

from __future__ import annotations

import json
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation
from psycopg import sql
from rich.console import Console
from rich.table import Table

from yitong.site import postgres
from yitong.site.demo import items, people, places
from yitong.site.demo.calendar import History
from yitong.site.demo.story import ITEM, Story, Teller

app = typer.Typer(add_completion=False)
PERSONS, ENTERPRISES = 60, 5
ORGANS = ("service", "education", "police")
"""Departments with officials: all that the story meets."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where to write the sealed licence.")] = Path("yitong-demo-licence.pdf"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Play one application from the log-in to the rating, check everything, write the sealed licence.

    Exit 0 only if every check holds. The certificate of the authority lies beside the licence: `yitong licence verify FILE
    --ca FILE.ca.pem` checks it without this database.
    """
    console = Console(stderr=as_json, highlight=False)
    begun = time.monotonic()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch()
    except OSError as error:
        typer.echo(f"--out: {out} cannot be written: {error.strerror}. Name a folder you may write to.", err=True)
        raise typer.Exit(2) from None
    logging.getLogger("yitong").setLevel(logging.ERROR)
    with translation.override("zh-hans"), temporary_database(), temporary_files():
        story = _play(console)
        _write(story, out)
        if as_json:
            typer.echo(json.dumps(as_object(story, out), ensure_ascii=False, default=str))
        else:
            _show(story, out, console, time.monotonic() - begun)
    raise typer.Exit(0 if story.ok else 1)


@contextmanager
def temporary_database() -> Iterator[None]:
    """A new database on the server of DATABASE_URL, or the embedded one, for this process; dropped afterwards."""
    server = os.environ.get("DATABASE_URL") or postgres.ensure_running()
    name, former = f"yitong_demo_{secrets.token_hex(4)}", connection.settings_dict["NAME"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = former
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def temporary_files() -> Iterator[None]:
    """Uploads and sealed files of the story lie in a folder that is gone afterwards."""
    former = settings.MEDIA_ROOT
    with tempfile.TemporaryDirectory(prefix="yitong-demo-") as folder:
        settings.MEDIA_ROOT = Path(folder)
        try:
            yield
        finally:
            settings.MEDIA_ROOT = former


def _play(console: Console) -> Story:
    now = timezone.now()
    history = History.before(now)
    steps: list[tuple[str, Any]] = [
        ("建立临时数据库", lambda: call_command("migrate", interactive=False, verbosity=0)),
        ("示范市：区划、部门、窗口", lambda: places.load_places(history)),
        ("工作人员、岗位、授权书", lambda: places.load_staff(history, only=ORGANS)),
        ("自然人和企业", lambda: people.load_people(history, PERSONS, ENTERPRISES)),
        ("事项", lambda: items.load_items(history, only={ITEM})),
    ]
    for name, work in steps:
        with _shown(console, name):
            work()
    teller = Teller(now)
    chapters = teller.chapters()
    name = next(chapters, "")
    while name:
        with _shown(console, name):
            following = next(chapters, "")
        name = following
    return teller.story


@contextmanager
def _shown(console: Console, name: str) -> Iterator[None]:
    begun = time.monotonic()
    with console.status(name):
        yield
    console.print(f"  {time.monotonic() - begun:6.2f} s  {name}")


def _write(story: Story, out: Path) -> None:
    out.write_bytes(story.pdf)
    out.with_suffix(".ca.pem").write_bytes(story.authority)


def told(story: Story) -> list[dict[str, str]]:
    """The timeline in the applicant's words, oldest first."""
    from yitong.cases.views.portal_timeline import told as in_words
    from yitong.site.templatetags.ui import cn_datetime

    rows = in_words(story.acts, story.case)
    return [
        {"at": cn_datetime(row.at), "what": row.title, "who": row.actor, "text": row.text} for row in reversed(rows)
    ]


def days(ledger: Any) -> list[dict[str, Any]]:
    """Every day of a limit with the reason it counts or not."""
    from yitong.site.templatetags.ui import cn_date, ledger_reason

    return [
        {"on": day.on.isoformat(), "day": cn_date(day.on), "counted": day.number, "why": ledger_reason(day)}
        for day in ledger.days
    ]


def as_object(story: Story, out: Path) -> dict[str, Any]:
    """The whole story for programs."""
    assert story.ledger is not None
    return {
        "ok": story.ok,
        "case": story.case.number,
        "licence": story.licence.identifier,
        "checks": [{"name": check.name, "holds": check.holds, "detail": check.detail} for check in story.checks],
        "timeline": told(story),
        "committed": {"due_on": story.ledger.committed.due.due_on, "days": days(story.ledger.committed)},
        "statutory": {"due_on": story.ledger.statutory.due.due_on, "days": days(story.ledger.statutory)},
        "pdf": str(out),
        "ca": str(out.with_suffix(".ca.pem")),
    }


def _show(story: Story, out: Path, console: Console, seconds: float) -> None:
    assert story.ledger is not None
    acts = Table("时间", "经过", "谁", "说明", title=f"办件 {story.case.number}", title_justify="left")
    for act in told(story):
        acts.add_row(act["at"], act["what"], act["who"], act["text"])
    console.print(acts)
    clock = Table("日期", "计数", "说明", title="承诺时限逐日计算", title_justify="left")
    for day in days(story.ledger.committed):
        clock.add_row(day["day"], f"第 {day['counted']} 日" if day["counted"] else "—", day["why"])
    console.print(clock)
    for check in story.checks:
        mark = "[green]✓[/]" if check.holds else "[red]✗[/]"
        console.print(f"  {mark} {check.name}{f'：{check.detail}' if check.detail else ''}", soft_wrap=True)
    console.print(
        f"证照 {story.licence.identifier}\n文件 {out}（签发机构证书 {out.with_suffix('.ca.pem').name}）", soft_wrap=True
    )
    console.print("全部检查通过。" if story.ok else "有检查没有通过。", f"用时 {seconds:.1f} 秒")
