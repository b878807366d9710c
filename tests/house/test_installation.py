"""Settings that fail loudly, the command line, the set-up stamps, the log's discretion."""

import logging
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.test import override_settings

from yitong.site import cli, env, postgres, setup_steps
from yitong.site.database_address import database_settings
from yitong.site.logs import HidePersonalNumbers


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (lambda: env.flag("YITONG_SAMPLE", False), "maybe"),
        (lambda: env.whole("YITONG_SAMPLE", 1, least=1, most=9), "ten"),
        (lambda: env.whole("YITONG_SAMPLE", 1, least=1, most=9), "10"),
    ],
)
def test_a_wrong_variable_is_named_with_the_remedy(monkeypatch, reader, value):
    monkeypatch.setenv("YITONG_SAMPLE", value)
    with pytest.raises(SystemExit) as stopped:
        reader()
    assert "YITONG_SAMPLE" in str(stopped.value)
    assert value in str(stopped.value)
    assert "Write" in str(stopped.value)


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("YITONG_SAMPLE", "  ")
    assert env.flag("YITONG_SAMPLE", True) is True
    assert env.listed("YITONG_SAMPLE", ["a"]) == ["a"]


def test_the_secret_key_is_made_once_and_kept_private(tmp_path, monkeypatch):
    monkeypatch.delenv("YITONG_SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path)
    assert env.secret_key(tmp_path) == first
    assert len(first) >= 48
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_short_secret_key_is_refused_without_being_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("YITONG_SECRET_KEY", "hunter2")
    with pytest.raises(SystemExit) as stopped:
        env.secret_key(tmp_path)
    assert "hunter2" not in str(stopped.value)


def test_a_database_address_is_read_with_its_escapes():
    found = database_settings("postgresql://u%40x:p%2Fw@db.example:6432/city?sslmode=require")
    assert found["USER"] == "u@x"
    assert found["PASSWORD"] == "p/w"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "city")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_the_embedded_address_reads_back_as_a_database_address():
    found = database_settings(postgres.dsn())
    assert found["HOST"] == str(postgres.socket_dir())
    assert (found["USER"], found["NAME"]) == (postgres.SUPERUSER, postgres.DATABASE)


@pytest.mark.parametrize("address", ["mysql://u:secret@h/db", "postgresql://u:secret@h:port/db", "postgresql://h"])
def test_a_wrong_database_address_is_refused_without_its_password(address):
    with pytest.raises(SystemExit) as stopped:
        database_settings(address)
    assert "DATABASE_URL" in str(stopped.value)
    assert "secret" not in str(stopped.value)


def test_a_long_data_folder_gets_a_short_socket(monkeypatch, tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    monkeypatch.setattr(postgres.env, "var_dir", lambda: deep)
    place = postgres.socket_dir()
    assert place != deep / "postgres"
    assert len(str(place / ".s.PGSQL.5432")) < postgres.SOCKET_PATH_MOST


@pytest.mark.parametrize("arguments", [["id", "--help"], ["clock", "--help"], ["--help"]])
def test_pure_commands_start_without_the_framework(arguments):
    program = (
        f"import sys; from yitong.site.cli import main; code = main({arguments!r}); "
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]; sys.exit(code)"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
    # Half a second on an idle machine; the tests share theirs.
    assert time.monotonic() - begun < 3


def test_an_unknown_command_names_the_known_ones(capsys):
    assert cli.main(["fly"]) == 2
    assert "catalog" in capsys.readouterr().err


def test_every_command_group_can_be_called():
    import importlib

    for name, group in cli.GROUPS.items():
        module, _, attribute = group.target.partition(":")
        assert hasattr(importlib.import_module(module), attribute), name


def test_a_step_is_repeated_only_when_its_inputs_change(tmp_path, monkeypatch):
    runs = []
    source = tmp_path / "in.txt"
    source.write_text("1")
    monkeypatch.setattr(setup_steps.env, "BASE_DIR", tmp_path)
    monkeypatch.setattr(setup_steps.env, "var_dir", lambda: tmp_path)
    monkeypatch.setattr(setup_steps, "STEPS", [setup_steps.Step("a", "A", "sample_steps:go", ("in*.txt",))])
    monkeypatch.setitem(sys.modules, "sample_steps", type("M", (), {"go": staticmethod(lambda: runs.append(1))}))

    def again():
        setup_steps.run_pending(demo=False, dsn="", report=lambda label, seconds: None)
        return len(runs)

    assert again() == 1
    assert again() == 1
    source.write_text("2")
    assert again() == 2
    (tmp_path / "setup.json").write_text("broken")
    assert again() == 3


def test_a_failed_step_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_steps.env, "var_dir", lambda: tmp_path)
    monkeypatch.setattr(setup_steps, "STEPS", [setup_steps.Step("a", "A", "sample_steps:go", ())])
    monkeypatch.setitem(sys.modules, "sample_steps", type("M", (), {"go": staticmethod(lambda: 1 / 0)}))
    with pytest.raises(ZeroDivisionError):
        setup_steps.run_pending(demo=False, dsn="", report=lambda label, seconds: None)
    assert len(setup_steps.pending(demo=False, dsn="")) == 1


def test_the_log_hides_personal_numbers():
    record = logging.LogRecord(
        "yitong", 30, "", 0, "sent to %s for %s, case %s", (13812345678, "11010519491231002X", 42), None
    )
    assert HidePersonalNumbers().filter(record)
    assert record.getMessage() == "sent to 138******** for 110***************, case 42"


@pytest.mark.django_db
def test_the_health_page_answers(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@override_settings(YITONG_REQUEST_MAX_BYTES=1000)
def test_an_oversized_request_is_refused_before_it_is_read(client):
    answer = client.post("/healthz", data="x" * 1001, content_type="text/plain")
    assert answer.status_code == 413
