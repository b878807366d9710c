"""The pages of arrivals."""

from __future__ import annotations

import pytest

from yitong.ingest.models import RejectedRow
from yitong.ingest.tests.rows import bring, csv_file, line

pytestmark = pytest.mark.django_db
LIST = "/console/ingest/rejected/"


@pytest.fixture
def desk(client, cast, registrar, source, tmp_path):
    """The registrar's browser, with one good row and one in quarantine."""
    bring(registrar, csv_file(tmp_path, [line(1), "too,few"]))
    client.force_login(cast.account("registrar"))
    return client


def test_a_refused_discard_keeps_what_was_ticked_and_typed(desk, source):
    row = RejectedRow.objects.get()
    nothing_ticked = desk.post(f"{LIST}discard/?source={source.code}", {"reason": "来源已更正"})
    page = nothing_ticked.content.decode()
    assert nothing_ticked.status_code == 422 and 'value="来源已更正"' in page and f'"{source.code}" selected' in page
    no_reason = desk.post(f"{LIST}discard/", {"row": row.pk})
    assert no_reason.status_code == 422 and f'value="{row.pk}" checked' in no_reason.content.decode()
    done = desk.post(f"{LIST}discard/?state=waiting", {"row": row.pk, "reason": "来源已更正"})
    assert done["Location"] == f"{LIST}?state=waiting"
    assert "来源已更正" in desk.get(f"{LIST}?state=discarded").content.decode()


def test_lists_are_filtered_by_the_source_s_name(desk, source):
    for address in (LIST, "/console/ingest/batches/"):
        page = desk.get(address, {"source": source.code}).content.decode()
        assert f'<option value="{source.code}" selected>{source.name}</option>' in page


def test_the_form_of_a_source_says_above_what_is_wrong(desk, source):
    page = desk.post(f"/console/ingest/sources/{source.pk}/", {"name": "", "expected_hours": "x"}).content.decode()
    summary = page.split('id="error-summary"')[1].split("</div>")[0]
    assert "名称: 请填写。" in summary and "请填写整数" in summary
