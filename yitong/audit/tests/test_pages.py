"""The pages and the API of the audit log."""

import json
from datetime import timedelta

import pytest

from tests.cast import NOW
from yitong.audit.commands import Act, record_many, sequence_all
from yitong.audit.models import Entry
from yitong.audit.queries import receipt


@pytest.fixture
def logged(cast):
    for day in range(3):
        acts = [
            Act(f"staff:{n}", "cases:case:accepted" if n else "cases:case:closed", f"case:{day}-{n}") for n in range(2)
        ]
        record_many(acts, now=NOW + timedelta(days=day))
    sequence_all(now=NOW)
    return cast


@pytest.mark.parametrize("name", ["李梅", "王强", "刘洋", "郑编"])
def test_the_log_is_not_for_everybody(logged, client, name):
    client.force_login(logged.account(name))
    entry = Entry.objects.first()
    for address in ("", f"{entry.pk}/", f"{entry.pk}/receipt.json"):
        assert client.get(f"/console/audit/{address}").status_code == 404


@pytest.mark.parametrize("name", ["赵监察", "管理员"])
def test_supervisor_and_administrator_search_the_log(logged, client, name):
    client.force_login(logged.account(name))

    def subjects(**query):
        return [entry.subject for entry in client.get("/console/audit/", query).context["page"].entries]

    assert len(subjects()) >= 6
    assert subjects(subject="case:1-0") == ["case:1-0"]
    assert subjects(tag="cases:case:closed") == ["case:2-0", "case:1-0", "case:0-0"]
    assert len(subjects(tag="cases:")) == 6
    assert subjects(actor="staff:1") == ["case:2-1", "case:1-1", "case:0-1"]
    assert subjects(tag="cases:", from_on="2026-09-25", until_on="2026-09-25") == ["case:1-1", "case:1-0"]


def test_a_wrong_filter_names_the_field_and_keeps_what_was_typed(logged, client):
    client.force_login(logged.account("赵监察"))
    answer = client.get("/console/audit/", {"from_on": "2026-09-25", "until_on": "2026-09-24", "subject": "case:1-0"})
    assert answer.status_code == 422
    assert "截止日期早于起始日期" in answer.content.decode() and "case:1-0" in answer.content.decode()
    assert client.get("/console/audit/", {"before": "9" * 30}).status_code == 422
    assert client.get("/console/audit/", {"subject": "a\x00b"}).status_code == 422


def test_the_list_is_paged_with_a_fixed_number_of_statements(cast, client, django_assert_max_num_queries):
    record_many([Act("staff:7", "cases:case:closed", f"case:{n}") for n in range(120)], now=NOW)
    client.force_login(cast.account("赵监察"))
    address, seen = "/console/audit/?tag=cases:case:closed", []
    while address:
        with django_assert_max_num_queries(12):
            answer = client.get(address)
        seen += [entry.subject for entry in answer.context["page"].entries]
        address = f"/console/audit/?{answer.context['older']}" if answer.context["page"].older else ""
    assert seen == [f"case:{n}" for n in reversed(range(120))]


def test_an_entry_shows_its_proof_and_gives_a_receipt(logged, client):
    client.force_login(logged.account("赵监察"))
    entry = Entry.objects.get(subject="case:1-0")
    assert "有效：该记录原样存在于已签名的日志中" in client.get(f"/console/audit/{entry.pk}/").content.decode()
    file = client.get(f"/console/audit/{entry.pk}/receipt.json")
    assert file["Content-Disposition"] == f'attachment; filename="audit-{entry.pk}.json"'
    assert json.loads(file.content)["entry"]["subject"] == "case:1-0"
    record_many([Act("staff:7", "cases:case:closed", "case:new")], now=NOW)
    waiting = Entry.objects.get(subject="case:new")
    assert "等待编入日志" in client.get(f"/console/audit/{waiting.pk}/").content.decode()
    assert client.get(f"/console/audit/{waiting.pk}/receipt.json").status_code == 404
    assert client.get(f"/console/audit/{'9' * 30}/").status_code == 404


@pytest.mark.django_db
def test_the_checkpoint_is_public(client):
    assert "尚无签名" in client.get("/audit/checkpoint/").content.decode()
    assert client.get("/api/audit/checkpoint").status_code == 404
    record_many([Act("staff:7", "cases:case:closed", "case:1")], now=NOW)
    sequence_all(now=NOW)
    newest = client.get("/api/audit/checkpoint").json()
    page = client.get("/audit/checkpoint/").content.decode()
    assert newest["publicKey"] in page.replace("&#x2B;", "+") and newest["size"] == 1


def test_the_api_checks_a_receipt(logged, client):
    def checked(document):
        return client.post("/api/audit/verify", document, content_type="application/json")

    good = receipt("case:1-0")
    assert checked(good).json() == {
        "valid": True,
        "reason": "",
        "key_id": good["checkpoint"]["keyId"],
        "our_key": True,
    }
    assert checked({**good, "leafIdx": good["leafIdx"] + 1}).json()["valid"] is False
    assert checked({}).status_code == 422
    assert checked([]).status_code == 422
    assert client.post("/api/audit/verify", "{", content_type="application/json").status_code == 400


def test_the_api_refuses_a_receipt_of_another_log(logged, client, settings):
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from yitong.audit.rules.checkpoint import key_id_of, signed_bytes

    forged = receipt("case:1-0")
    point, key = forged["checkpoint"], Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signature = key.sign(signed_bytes(point["size"], base64.b64decode(point["root"]), point["signedAt"]))
    point.update(
        publicKey=base64.b64encode(public).decode(),
        keyId=key_id_of(public),
        signature=base64.b64encode(signature).decode(),
    )
    answer = client.post("/api/audit/verify", forged, content_type="application/json").json()
    assert (answer["valid"], answer["our_key"]) == (False, False)


def test_the_api_proves_growth(logged, client):
    answer = client.get("/api/audit/consistency?size=2").json()
    assert (answer["size1"], answer["size2"]) == (2, Entry.objects.count())
    for size in ("0", "99", str(2**64), "x"):
        assert client.get(f"/api/audit/consistency?size={size}").status_code == 422
