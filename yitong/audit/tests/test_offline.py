"""Checking a receipt without the platform."""

import base64
import copy
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from yitong.audit.cli import app
from yitong.audit.commands import Act, record_many, sequence
from yitong.audit.offline import Unreadable, parse_receipt, verify
from yitong.audit.queries import receipt
from yitong.kernel.merkle_cli import check_proof

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)


@pytest.fixture
def good(db):
    record_many(
        [Act("staff:7", "cases:case:accepted", f"case:{n}", {"说明": "受理", "n": n}) for n in range(11)], now=NOW
    )
    sequence(now=NOW)
    return receipt("case:6")


def flipped(text):
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(data).decode()


TAMPERINGS = {
    "entry subject": lambda r: r["entry"].update(subject="case:7"),
    "entry instant": lambda r: r["entry"].update(at="2026-09-23T07:00:00.000000Z"),
    "entry detail": lambda r: r["entry"]["detail"].update(n=7),
    "entry detail type": lambda r: r["entry"]["detail"].update(n=6.0),
    "entry gains a field": lambda r: r["entry"].update(extra=1),
    "leaf hash": lambda r: r.update(leafHash=flipped(r["leafHash"])),
    "leaf index": lambda r: r.update(leafIdx=r["leafIdx"] + 1),
    "leaf index negative": lambda r: r.update(leafIdx=-1),
    "tree size": lambda r: r.update(treeSize=12),
    "root": lambda r: r.update(root=flipped(r["root"])),
    "proof": lambda r: r["proof"].__setitem__(0, flipped(r["proof"][0])),
    "proof shorter": lambda r: r["proof"].pop(),
    "checkpoint size": lambda r: r["checkpoint"].update(size=12),
    "checkpoint root": lambda r: r["checkpoint"].update(root=flipped(r["checkpoint"]["root"])),
    "checkpoint instant": lambda r: r["checkpoint"].update(signedAt="2027-01-01T00:00:00.000000Z"),
    "signature": lambda r: r["checkpoint"].update(signature=flipped(r["checkpoint"]["signature"])),
    "public key": lambda r: r["checkpoint"].update(publicKey=flipped(r["checkpoint"]["publicKey"])),
    "key id": lambda r: r["checkpoint"].update(keyId="0" * 16),
    "origin": lambda r: r["checkpoint"].update(origin="other-log"),
}


def test_a_receipt_verifies_and_says_what_it_proves(good):
    verdict = verify(json.loads(json.dumps(good)), base64.b64decode(good["checkpoint"]["publicKey"]))
    assert verdict.valid and verdict.key_trusted
    assert (verdict.entry["subject"], verdict.size) == ("case:6", 11)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_receipt_is_refused(good, name):
    bad = copy.deepcopy(good)
    TAMPERINGS[name](bad)
    verdict = verify(bad)
    assert not verdict.valid
    assert verdict.reason


def test_a_forged_log_signed_with_another_key_is_refused_by_the_trusted_key(good):
    assert not verify(good, bytes(32)).valid


@pytest.mark.parametrize("name", ["entry", "leafIdx", "treeSize", "root", "leafHash", "proof", "checkpoint"])
@pytest.mark.parametrize("value", [None, [], "x", {}, True, 1.5, "\ud800"])
def test_a_malformed_field_is_named(good, name, value):
    bad = {**good, name: value}
    if (name, value) == ("proof", []) or (name, value) == ("entry", {}):
        assert not verify(bad).valid
    else:
        with pytest.raises(Unreadable):
            verify(bad)


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b"{" * 5000, b'{"format": "x"}', b"NaN", b"x" * 1_000_001]
)
def test_what_is_not_a_receipt_is_called_so(content):
    with pytest.raises(Unreadable):
        parse_receipt(content)


def test_a_key_written_twice_is_refused(good):
    doubled = json.dumps(good).replace('"subject": "case:6"', '"subject": "case:1", "subject": "case:6"')
    with pytest.raises(Unreadable, match="twice"):
        parse_receipt(doubled.encode())


def test_the_command_line_answers_with_exit_codes_and_json(good, tmp_path):
    runner = CliRunner()
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(good, ensure_ascii=False), encoding="utf-8")
    key = good["checkpoint"]["publicKey"]
    assert runner.invoke(app, ["verify", str(file)]).exit_code == 0
    answer = runner.invoke(app, ["verify", str(file), "--key", key, "--json"])
    assert (answer.exit_code, json.loads(answer.stdout)["key_trusted"]) == (0, True)
    key_file = tmp_path / "key"
    key_file.write_text(key + "\n")
    assert runner.invoke(app, ["verify", str(file), "--key", str(key_file)]).exit_code == 0
    assert runner.invoke(app, ["verify", str(file), "--key", "nonsense"]).exit_code == 2
    assert runner.invoke(app, ["verify", str(tmp_path / "none"), "--json"]).exit_code == 2
    file.write_text(json.dumps({**good, "treeSize": 12}))
    refused = runner.invoke(app, ["verify", str(file), "--json"])
    assert (refused.exit_code, json.loads(refused.stdout)["valid"]) == (1, False)


def test_a_receipt_is_also_an_inclusion_proof_of_the_public_form(good, tmp_path):
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(good))
    assert check_proof(file) == 0


def test_the_offline_commands_do_not_load_django():
    program = (
        "import sys, yitong.audit.cli, yitong.audit.offline; "
        "sys.exit(any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.django_db
def test_there_is_no_receipt_before_the_entry_is_sequenced():
    assert receipt("case:1") is None
    record_many([Act("staff:7", "cases:case:accepted", "case:1")], now=NOW)
    assert receipt("case:1") is None
    sequence(now=NOW)
    assert receipt("case:1", "cases:case:closed") is None
    assert receipt("case:1", "cases:case:accepted")["entry"]["subject"] == "case:1"
