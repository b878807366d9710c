"""The commands that read the database."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from yitong.audit.cli import app
from yitong.audit.commands import Act, record_many, sequence

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
run = CliRunner().invoke


@pytest.mark.django_db
def test_before_anything_is_signed_the_commands_say_so():
    assert run(app, ["checkpoint"]).exit_code == 1
    assert run(app, ["receipt", "case:1"]).exit_code == 1
    refused = run(app, ["consistency", "--from", "1"])
    assert refused.exit_code == 1
    assert "0 entries" in refused.stderr


@pytest.mark.django_db
def test_key_checkpoint_receipt_and_consistency_fit_together(tmp_path):
    record_many([Act("staff:7", "cases:case:closed", f"case:{n}") for n in range(5)], now=NOW)
    sequence(now=NOW, batch=3)
    sequence(now=NOW)
    key = run(app, ["public-key"]).stdout.strip()
    newest = json.loads(run(app, ["checkpoint", "--json"]).stdout)
    assert (newest["size"], newest["publicKey"]) == (5, key)
    assert json.loads(run(app, ["public-key", "--json"]).stdout)["keyId"] == newest["keyId"]
    assert "size: 5" in run(app, ["checkpoint"]).stdout
    proof, receipt = tmp_path / "proof.json", tmp_path / "receipt.json"
    proof.write_text(run(app, ["consistency", "--from", "3", "--json"]).stdout)
    assert run(app, ["check-proof", str(proof)]).exit_code == 0
    receipt.write_text(run(app, ["receipt", "case:2"]).stdout)
    assert run(app, ["verify", str(receipt), "--key", key]).exit_code == 0
    assert run(app, ["rotate-key"]).exit_code == 0
    assert run(app, ["public-key"]).stdout.strip() != key
