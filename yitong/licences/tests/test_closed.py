"""A licence whose data key is lost: its open fields are shown, the rest is said to be closed, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yitong.kernel.reasons import Refused
from yitong.licences.commands import renew
from yitong.licences.models import Licence
from yitong.licences.queries.closed import closed
from yitong.licences.types_data import BY_NAME

ADDRESS = "朝晖区和平路1号"


@pytest.fixture
def permit(granted: Callable[..., Licence], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Licence:
    """A residence permit of 李梅, sealed under a key that is not there any more."""
    data = {"sex": "女", "address": ADDRESS, "idcard": cast.person("citizen").idcard}
    licence = granted(type_code=BY_NAME["居住证"].code, data=data, valid_years=1)
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=")
    return licence


def test_the_holder_sees_what_can_be_read_and_whom_to_tell(permit: Licence, cast: Cast, client: Client) -> None:
    client.force_login(cast.account("citizen"))
    page = client.get(f"/my/licences/{permit.pk}/").content.decode()
    assert permit.number in page and "女" in page and ADDRESS not in page
    assert "无法打开" in page
    row = next(each for each in client.get("/api/licences/mine").json() if each["number"] == permit.number)
    assert row["closed"] and "女" in [line["value"] for line in row["entries"]]


def test_a_keeper_is_told_and_asked_for_no_purpose(permit: Licence, cast: Cast, client: Client) -> None:
    client.force_login(cast.account("chief"))
    page = client.get(f"/my/licences/{permit.pk}/")
    assert page.status_code == 200 and page.context["card"].closed
    assert "无法打开" in page.content.decode() and "id_purpose" not in page.content.decode()


def test_what_needs_every_field_is_refused_with_the_reason(
    permit: Licence, cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused) as refusal:
        renew(licence_id=permit.pk, years=1, reason="依职权延续", actor=cast.actor("chief"), now=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["cannot_open"]
    assert permit.identifier in caplog.text and cast.person("citizen").idcard not in caplog.text
    client.force_login(cast.account("citizen"))
    for path in ("share/", "proofs/licence.ofd"):
        answer = client.get(f"/my/licences/{permit.pk}/{path}")
        assert answer.status_code == 422 and "无法打开" in answer.content.decode(), path


def test_a_library_is_checked_a_batch_at_a_time(
    granted: Callable[..., Licence], cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    data = {"sex": "女", "address": ADDRESS, "idcard": cast.person("citizen").idcard}
    numbers = [f"114399000000000000{n}" for n in range(3)]
    rows = [granted(type_code=BY_NAME["居住证"].code, data=data, valid_years=1, case_number=each) for each in numbers]
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=")
    found = closed(batch=1)
    with django_assert_num_queries(2):
        assert next(found).pk == rows[0].pk
    assert [each.pk for each in found] == [rows[1].pk, rows[2].pk]
