"""A source, and a row of the owner's that could not be stored."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from yitong.cases.tests.conftest import Office
from yitong.ingest.commands.ingesting import ingest_file
from yitong.ingest.commands.sources import save_source
from yitong.ingest.models import RejectedRow
from yitong.licences.commands import ensure_types
from yitong.licences.models import LicenceType


def arrivals(office: Office, text: str) -> dict[str, Any]:
    """``text`` stands in the row that was rejected."""
    registrar = office.actor("registrar")
    ensure_types(office.now)
    source = save_source(
        actor=registrar,
        code="police.residence",
        name="居住证归集",
        department_id=office.cast.department("health").pk,
        type_code=LicenceType.objects.get(name="居住证").code,
        expected_hours=24,
        active=True,
        now=office.now,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        file.write_text(f"source_id,number,holder_name\nR1,JZ1,{text}\n", encoding="utf-8")
        ingest_file(actor=registrar, source_code=source.code, path=file, now=office.now)
    row = RejectedRow.objects.get()
    return {"source_id": source.pk, "row_id": row.pk, "source": source.code}
