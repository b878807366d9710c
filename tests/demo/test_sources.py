"""Sources of licences of the demonstration city."""

from __future__ import annotations

import time

import pytest

from tests.cast import NOW, Cast
from yitong.ingest.commands.settling import values_of
from yitong.ingest.models import Batch, RejectedRow, Source
from yitong.ingest.queries.overview import source_lines
from yitong.licences.commands import ensure_types
from yitong.licences.models import Licence
from yitong.notifications.models import Message
from yitong.parties.models import Department
from yitong.site.demo.calendar import History
from yitong.site.demo.sources import STREAMS, load_sources


@pytest.mark.django_db
def test_three_sources_one_with_rows_to_mend_one_silent(cast: Cast) -> None:
    ensure_types(NOW)
    town = cast.department("town")
    for code in ("police", "education"):
        Department.objects.create(code=code, name=code, short_name=code, uscc=town.uscc, region=town.region)
    began = time.process_time()
    load_sources(History.before(NOW))
    assert time.process_time() - began < 2
    lines = {line.source.code: line for line in source_lines(cast.actor("registrar"), NOW)}
    assert [code for code, line in lines.items() if line.stale] == ["education.diploma"]
    assert Batch.objects.filter(state="finished").count() == len(STREAMS) == Source.objects.count()
    wrong = RejectedRow.objects.filter(batch__source__code="market.business")
    assert {row.reasons[0]["field"] for row in wrong} == {"founded_on", "holder_id", "issuer_name"}
    assert RejectedRow.objects.count() == 3 and all(values_of(row)["source_id"] for row in wrong)
    assert Licence.objects.exclude(source_code="").count() == sum(stream.rows for stream in STREAMS) - 3
    assert set(Message.objects.values_list("template", flat=True)) == {"source_stale", "source_stale_contact"}
