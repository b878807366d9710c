"""Every act of the log has a name people can read, in both languages, and is found by it."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import yitong
from tests.cast import NOW
from yitong.audit.commands import Act, record_many, sequence_all
from yitong.audit.models import Entry, Node
from yitong.audit.names import NAMES, name_of, tags_called
from yitong.audit.offline import verify
from yitong.audit.queries import receipt
from yitong.audit.rules.leaf import TAG_PATTERN
from yitong.parties.roles import Permission

PACKAGE = Path(yitong.__file__).parent
TAG = re.compile(TAG_PATTERN)
WORD = re.compile(r"^[a-z][a-z_]*$")
PUT_TOGETHER = {
    *(f"cases:case:{end}" for end in ("not_required", "acceptance_refused", "withdrawn", "terminated")),
    *(f"licences:licence:{end}" for end in ("revoked", "cancelled", "lost", "transferred")),
    *(f"licences:licence:{made}" for made in ("issued", "renewed", "deemed_renewed", "reissued")),
    *(f"licences:renewal:{end}" for end in ("refused", "withdrawn")),
    *(f"cases:repair:{end}" for end in ("approved", "refused")),
    *(f"exchange:client:{end}" for end in ("created", "disabled", "enabled", "limited", "rotated", "scoped")),
    *(f"exchange:connector:{end}" for end in ("adjusted", "defined", "disabled", "enabled")),
    *(f"ingest:row:{end}" for end in ("mended", "discarded")),
    *(f"ingest:source:{end}" for end in ("key_given", "saved")),
}
"""Tags made while the program runs, of an outcome or a status: no text of the code holds them whole."""
NO_TAGS = {
    *(permission.value for permission in Permission),
    "catalog:item:view", "documents:file:store", "documents:file:assign", "documents:file:remove",
    "cases:case:hand_over", "cases:step:complete",
}  # fmt: skip
"""Texts of the same form that are permissions."""
KEYS = {"deemed", "provisional"}
"""Keys of the table in acceptance.py that chooses a tag."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module that can write to the log: no tests, no migrations."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.parts):
            yield str(file.relative_to(PACKAGE)), ast.parse(file.read_text(encoding="utf-8"))


def texts(node: ast.AST) -> Iterator[str]:
    """Every text inside ``node``."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def used_tags() -> dict[str, str]:
    """tag → where it is used. A bare word given as ``tag=`` in cases is one of ``cases:case:``."""
    found = dict.fromkeys(PUT_TOGETHER, "put together")
    for name, tree in sources():
        if name == "audit/names.py":
            continue
        found.update((text, name) for text in texts(tree) if TAG.match(text) and text not in NO_TAGS)
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "tag" and name.startswith("cases/commands/"):
                words = {text for text in texts(node.value) if WORD.match(text)} - KEYS
                found.update((f"cases:case:{word}", name) for word in words)
    return found


def test_a_tag_that_is_put_together_says_what_it_can_become() -> None:
    """``tag=f"cases:repair:{state}"`` escapes the walk: each such beginning has its ends above."""
    known = {tag.rpartition(":")[0] + ":" for tag in PUT_TOGETHER}
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "tag":
                parts = [part.values[0] for part in ast.walk(node.value) if isinstance(part, ast.JoinedStr)]
                begun = {part.value for part in parts if isinstance(part, ast.Constant)} - {"cases:case:"}
                assert begun <= known, f"{name}: name every end of {begun - known} in PUT_TOGETHER"


def test_every_tag_of_the_code_has_a_name() -> None:
    used = used_tags()
    assert len(used) > 90, "The walk finds too little to prove anything."
    nameless = {tag: where for tag, where in used.items() if tag not in NAMES}
    assert not nameless, f"Name these in yitong/audit/names.py: {nameless}"


def test_no_name_stands_for_a_tag_that_nobody_writes() -> None:
    assert set(NAMES) - set(used_tags()) == set()


def test_names_differ_in_every_language_and_are_chinese_where_they_should_be() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert len({name_of(tag) for tag in NAMES}) == len(NAMES)
    with translation.override("zh-hans"):
        assert [tag for tag in NAMES if not re.search("[一-鿿]", name_of(tag))] == []
        assert "cases:case:accepted" in tags_called(" 受理 ")
    assert name_of("never:heard:of") == "never:heard:of"


@pytest.fixture
def log(cast: Any) -> Any:
    record_many(
        [Act("staff:7", "cases:case:accepted", "case:1"), Act("staff:7", "strange:thing:done", "case:2")], now=NOW
    )
    sequence_all(now=NOW)
    return cast


def test_the_list_shows_names_with_the_code_beside_and_finds_by_name(log: Any, client: Any) -> None:
    client.force_login(log.account("赵监察"))
    page = client.get("/console/audit/").text
    assert "受理申请" in page and "<code>cases:case:accepted</code>" in page and "strange:thing:done" in page

    def subjects(act: str) -> list[str]:
        return [entry.subject for entry in client.get("/console/audit/", {"tag": act}).context["page"].entries]

    assert subjects("受理申请") == ["case:1"] == subjects("cases:case:accepted")
    assert subjects("没有这样的操作") == []
    assert subjects("cases:") == ["case:1"]


def test_the_entry_page_says_in_chinese_why_a_proof_fails(log: Any, client: Any, monkeypatch: Any) -> None:
    client.force_login(log.account("赵监察"))
    address = f"/console/audit/{Entry.objects.get(subject='case:1').pk}/"
    assert "受理申请" in client.get(address).text
    from yitong.audit.views import log as page

    monkeypatch.setattr(page, "verify", lambda made: verify({**made, "proof": [*made["proof"], made["root"]]}))
    shown = client.get(address).text
    assert "个哈希，应为" in shown and "The proof has" not in shown


def test_a_missing_node_of_the_tree_is_told_and_no_server_error(log: Any, client: Any, monkeypatch: Any) -> None:
    client.force_login(log.account("赵监察"))

    def gone(level: int, index: int) -> bytes:
        raise LookupError("the audit tree has no such node")

    monkeypatch.setattr("yitong.audit.queries.receipts.get_node", gone)
    record_many([Act("staff:7", "cases:case:accepted", f"case:{n}") for n in range(3, 6)], now=NOW)
    sequence_all(now=NOW)
    assert Node.objects.exists()
    answer = client.get(f"/console/audit/{Entry.objects.get(subject='case:1').pk}/")
    assert answer.status_code == 200 and "日志树缺少节点" in answer.text


def test_the_reason_of_a_verdict_is_a_message_with_its_values(log: Any) -> None:
    whole = receipt("case:1")
    assert whole is not None
    good = verify(whole)
    assert good.valid and good.why is None and good.reason == ""
    bad = verify({**whole, "leafHash": base64.b64encode(bytes(32)).decode()})
    assert bad.why is not None and bad.reason == str(bad.why)
    outside = verify({**whole, "leafIdx": 99})
    assert outside.why is not None and outside.why.params["index"] == 99 and "99" in outside.reason
