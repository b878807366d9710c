"""The pages and the API, through the client: owner, handler, clerk, stranger."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, Cast
from yitong.archive import commands, contents
from yitong.archive.commands import reading_uploads
from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.archive.tests.conftest import CASE, fake_reading
from yitong.archive.tests.shorthand import Added
from yitong.cases.tests.conftest import PNG
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db
STAMPS = (
    {
        "x": 50.0,
        "y": 30.0,
        "width": 20.0,
        "height": 20.0,
        "shape": "round",
        "text": "示范市公安局",
        "score": 0.9,
        "page": 0,
    },
)


@pytest.fixture
def browser(cast: Cast) -> Callable[[str], Client]:
    def log_in(who: str) -> Client:
        client = Client()
        client.force_login(cast.account(who))
        return client

    return log_in


@pytest.fixture
def read(added: Added, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> ArchivedFile:
    said = {"name": "李梅", "idcard": cast.person("citizen").idcard, "address": "示范市朝晖区春风路9号"}
    monkeypatch.setattr(reading_uploads, "read", fake_reading(said, seals=STAMPS))
    file = added()
    commands.read_waiting(actor=system("archive"), now=NOW, limit=1)
    return ArchivedFile.objects.get(pk=file.pk)


def page(client: Client, address: str, status: int = 200, **data: Any) -> str:
    answer = client.get(address, data)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_the_empty_archive_says_what_to_do(browser: Callable[[str], Client]) -> None:
    assert "档案袋还是空的" in page(browser("citizen"), "/my/archive/")


def test_nobody_without_log_in_and_no_staff_has_an_archive(
    browser: Callable[[str], Client], read: ArchivedFile
) -> None:
    for client in (Client(), browser("clerk")):
        assert client.get("/my/archive/")["Location"].startswith("/login/")
    for who in ("stranger", "clerk", "admin"):
        for tail in ("file/", "delete/", ""):
            answer = browser(who).get(f"/my/archive/{read.pk}/{tail}")
            assert answer.status_code == 404 or answer["Location"].startswith("/login/")
    page(browser("stranger"), "/my/archive/?for=999999", 404)


def test_a_paper_is_added_and_the_list_filters_by_class_and_name(browser: Callable[[str], Client]) -> None:
    client = browser("citizen")
    form = {"paper": "driving_licence", "kind": "", "name": "", "file": SimpleUploadedFile("照片.png", PNG)}
    answer = client.post("/my/archive/add/", form, follow=True)
    assert "等待识别" in answer.content.decode()
    file = ArchivedFile.objects.get()
    assert (file.kind, file.name) == ("family", "机动车驾驶证")
    assert "机动车驾驶证" in page(client, "/my/archive/", **{"class": "family", "q": "驾驶"})
    assert "没有材料" in page(client, "/my/archive/", **{"class": "medical"})


def test_a_refused_upload_keeps_what_was_chosen(browser: Callable[[str], Client]) -> None:
    answer = browser("citizen").post("/my/archive/add/", {"paper": "id_card", "name": "我的证件"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "#id_file" in text and "我的证件" in text
    wrong = {"paper": "id_card", "file": SimpleUploadedFile("a.png", b"no picture at all")}
    assert browser("citizen").post("/my/archive/add/", wrong).status_code == 422


def test_what_was_read_stands_beside_the_picture_and_is_confirmed(
    browser: Callable[[str], Client], read: ArchivedFile, cast: Cast
) -> None:
    client = browser("citizen")
    text = page(client, f"/my/archive/{read.pk}/")
    assert cast.person("citizen").idcard in text and "示范市公安局" in text and "<ellipse" in text and "圆形" in text
    wrong = client.post(f"/my/archive/{read.pk}/", {"name": "李梅", "idcard": "439901199005200241"})
    assert (
        wrong.status_code == 422
        and "#id_idcard" in wrong.content.decode()
        and "439901199005200241" in wrong.content.decode()
    )
    client.post(f"/my/archive/{read.pk}/", {"name": "李梅", "sex": "女"})
    assert contents.of(ArchivedFile.objects.get(pk=read.pk)).confirmed == {"name": "李梅", "sex": "女"}


def test_the_paper_is_compared_with_the_library(
    browser: Callable[[str], Client], read: ArchivedFile, cast: Cast
) -> None:
    from yitong.licences.commands import issue

    code = BY_NAME["居民身份证"].code
    person = cast.person("citizen")
    issue(
        type_code=code,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"idcard": person.idcard, "sex": "女", "birth_on": "1990-05-20", "address": "示范市朝晖区春风路8号"},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number="1143990000000000009",
        valid_years=None,
        actor=cast.actor("chief"),
        now=NOW,
    )
    ArchivedFile.objects.filter(pk=read.pk).update(licence_type=code)
    text = page(browser("citizen"), f"/my/archive/{read.pk}/")
    assert "与证照库比对" in text and "示范市朝晖区春风路8号" in text and "不一致" in text


def test_deleting_asks_first_and_a_term_is_explained(browser: Callable[[str], Client], read: ArchivedFile) -> None:
    client = browser("citizen")
    assert "彻底删除" in page(client, f"/my/archive/{read.pk}/delete/")
    assert ArchivedFile.objects.filter(state="kept").exists()
    client.post(f"/my/archive/{read.pk}/delete/")
    assert ArchivedFile.objects.get(pk=read.pk).state == "deleted"
    page(client, f"/my/archive/{read.pk}/", 404)
    assert "已删除" in page(client, "/my/archive/log/")


def test_the_switch_and_the_export(browser: Callable[[str], Client], read: ArchivedFile) -> None:
    client = browser("citizen")
    assert "国家档案局令第8号" in page(client, "/my/archive/keeping/")
    client.post("/my/archive/keeping/", {"keep": "1"})
    assert "已开启" in page(client, "/my/archive/keeping/")
    client.post("/my/archive/keeping/", {"keep": "0"})
    assert "当前未开启" in page(client, "/my/archive/keeping/")
    answer: Any = client.post("/my/archive/export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    html = archive.read("index.html").decode()
    assert f"family/{read.pk}.png" in archive.namelist() and f'href="family/{read.pk}.png"' in html and "李梅" in html
    assert client.get("/my/archive/export/").status_code == 405


def test_a_handler_meets_the_archive_of_his_enterprise(browser: Callable[[str], Client], cast: Cast) -> None:
    number = cast.enterprise().pk
    assert cast.enterprise().name in page(browser("citizen"), f"/my/archive/?for={number}")
    page(browser("stranger"), f"/my/archive/?for={number}", 404)


def test_the_counter_sees_the_papers_of_its_case_and_verifies(
    browser: Callable[[str], Client], read: ArchivedFile, cast: Cast, in_case: None
) -> None:
    commands.reuse(actor=cast.actor("citizen"), file_id=read.pk, case_number=CASE, purpose="办件", now=NOW)
    client, address = browser("clerk"), f"/desk/archive/{CASE}/{read.pk}/"
    assert read.name in page(client, "/desk/archive/", case=CASE)
    assert cast.person("citizen").idcard in page(client, address)
    assert client.get(f"{address}file/").content == PNG
    assert client.post(address).status_code == 422
    client.post(address, {"original_seen": "1"})
    assert ArchivedFile.objects.get(pk=read.pk).trust == "verified"
    assert ArchiveUse.objects.filter(file=read, act="opened", actor_name="王强").count() == 1
    for who in ("accepter", "outsider", "admin"):
        page(browser(who), address, 404)
        page(browser(who), f"{address}file/", 404)
    assert browser("stranger").get(address)["Location"].startswith("/desk/login/")


def test_the_uploaders_own_file_page_is_closed_to_staff(browser: Callable[[str], Client], read: ArchivedFile) -> None:
    address = f"/files/{read.stored_file_id}/"
    assert browser("citizen").get(address).status_code == 200
    for who in ("clerk", "stranger", "reviewer", "admin"):
        assert browser(who).get(address).status_code == 404


def test_the_api_gives_the_owner_his_papers_and_nobody_else(
    browser: Callable[[str], Client], read: ArchivedFile, cast: Cast
) -> None:
    client = browser("citizen")
    (paper,) = client.get("/api/archive/papers").json()["papers"]
    assert (paper["id"], paper["trust"], paper["reading"]) == (read.pk, "uploaded", "read")
    one = client.get(f"/api/archive/papers/{read.pk}").json()
    assert {f["name"]: f["value"] for f in one["fields"]}["name"] == "李梅"
    sent = {"data": '{"values": {"name": "李梅", "nonsense": "x"}}', "content_type": "application/json"}
    assert client.post(f"/api/archive/papers/{read.pk}/confirm", **sent).json()["confirmed"] == {"name": "李梅"}
    wrong = {"data": '{"values": {"idcard": "1"}}', "content_type": "application/json"}
    assert client.post(f"/api/archive/papers/{read.pk}/confirm", **wrong).status_code in (200, 422)
    assert browser("stranger").get("/api/archive/papers").json()["papers"] == []
    assert browser("stranger").get(f"/api/archive/papers/{read.pk}").status_code == 404
    assert browser("stranger").get(f"/api/archive/papers?enterprise={cast.enterprise().pk}").status_code == 404
    assert browser("clerk").get("/api/archive/papers").status_code == 404
    assert Client().get("/api/archive/papers").status_code == 401
