"""``yitong exchange``: connectors from a file, all of it or nothing."""

from __future__ import annotations

import pytest
import yaml
from typer.testing import CliRunner

from yitong.exchange.cli import WRONG, app
from yitong.exchange.models import Circuit, Connector

pytestmark = pytest.mark.django_db
GOOD = {
    "code": "tax",
    "name": "纳税信息",
    "source_name": "税务总局",
    "provider": "http_json",
    "url": "https://share.example.gov.cn/tax",
    "subject": "enterprise",
    "fields": [{"name": "grade", "label": "信用等级", "path": "XYDJ", "kind": "text", "required": True}],
}


def run(tmp_path, content) -> tuple[int, str]:
    file = tmp_path / "connectors.yaml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8")
    result = CliRunner().invoke(app, ["define", str(file)])
    return result.exit_code, result.output


def test_connectors_come_in_from_a_file_and_again_without_change(tmp_path):
    assert run(tmp_path, [GOOD]) == (0, f"1 connector(s) as in {tmp_path / 'connectors.yaml'}.\n")
    assert run(tmp_path, GOOD)[0] == 0
    row = Connector.objects.get(code="tax")
    assert row.changes.count() == 1
    assert Circuit.objects.get(pk=row.pk).state == "closed"
    listed = CliRunner().invoke(app, ["list"]).output
    assert "tax" in listed and "working" in listed


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a: [", "YAML"),
        ("- x", "mapping"),
        (GOOD | {"colour": "red"}, "colour"),
        (GOOD | {"provider": "ftp"}, "provider"),
        (GOOD | {"url": "file:///etc/passwd"}, "https"),
        (GOOD | {"url": "http://share.example.gov.cn/tax"}, "YITONG_CONNECTOR_HOSTS"),
        (GOOD | {"url": "https://169.254.169.254/latest"}, "YITONG_CONNECTOR_HOSTS"),
        (GOOD | {"envelope": {"foo": "bar"}}, "foo"),
        (GOOD | {"fields": []}, "fields"),
        (GOOD | {"timeout_ms": 60_000}, "timeout_ms"),
        (GOOD | {"timeout_ms": "fast"}, "timeout_ms"),
        (GOOD | {"name": 5}, "name"),
    ],
)
def test_what_cannot_work_is_named_and_nothing_is_taken_over(tmp_path, content, told):
    code, output = run(tmp_path, content if isinstance(content, str) else [GOOD | {"code": "first"}, content])
    assert (code, told in output) == (WRONG, True), output
    assert not Connector.objects.exists()
