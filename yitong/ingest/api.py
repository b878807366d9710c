"""JSON for the machines of sources: hand over a batch, see what came of it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Field, Router, Schema
from ninja import Path as InPath
from ninja.security import HttpBearer
from pydantic import field_validator
from pydantic_core import PydanticCustomError

from yitong.ingest.commands.ingesting import ingest_file
from yitong.ingest.commands.sources import source_of_key
from yitong.ingest.models import Batch, RejectedRow
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties.actors import system

router = Router()
MOST_ROWS = 5_000
TOO_MANY = N_(
    "At most %(most)s rows fit in one batch. Send several, or bring a file in with: yitong licences ingest FILE --source CODE"
)
TOO_LARGE = N_(
    "At most %(most)s MB fit in one batch. Send fewer rows at a time, or bring a file in with: "
    "yitong licences ingest FILE --source CODE"
)
SourceCode = Annotated[str, InPath(pattern=r"^[a-z0-9][a-z0-9_.-]{1,39}$")]


class SourceKey(HttpBearer):
    """``Authorization: Bearer <the source's key>``."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The source whose key it is, by the code in the address."""
        match = request.resolver_match
        code = str(match.kwargs.get("source", "")) if match else ""
        source = source_of_key(code, token)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.headers.get("content-length", "")
        if source is not None and length.isdecimal() and int(length) > most:
            raise Refused(Reason("too_large", TOO_LARGE, params={"most": most // 1024**2}))
        return source


class BatchIn(Schema):
    """Rows as objects: the common columns and the type's own fields, by name or label."""

    rows: Annotated[
        list[dict[str, str | int | float | None]], Field(min_length=1, json_schema_extra={"maxItems": MOST_ROWS})
    ]

    @field_validator("rows", mode="before")
    @classmethod
    def not_too_many(cls, rows: Any) -> Any:
        """Said before any row is looked at, with what to do."""
        if isinstance(rows, list) and len(rows) > MOST_ROWS:
            raise PydanticCustomError("too_many_rows", "{text}", {"text": gettext(TOO_MANY) % {"most": MOST_ROWS}})
        return rows


class Wrong(Schema):
    """A rejected row. ``line``: its place in the batch, from 1."""

    line: int
    source_id: str
    reasons: list[dict[str, Any]]


class BatchOut(Schema):
    """What came of a batch. ``wrong``: the first hundred rejected rows; all of them lie in quarantine."""

    id: int
    state: str
    new: int
    changed: int
    unchanged: int
    rejected: int
    wrong: list[Wrong]


class Problem(Schema):
    """What stands in the way, and what to do."""

    detail: str


@router.post(
    "/{source}/batches",
    auth=SourceKey(),
    response={200: BatchOut, 401: Problem, 409: Problem, 422: Problem},
    summary="Hand over a batch",
)
def hand_over(request: HttpRequest, source: SourceCode, batch: BatchIn) -> tuple[int, BatchOut | Problem]:
    """Up to 5,000 rows. The same batch again changes nothing; sent again before another one, it gives the same answer."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "batch.jsonl"
        lines = (json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) for row in batch.rows)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")
        try:
            found = ingest_file(
                actor=system(f"ingest:{source}"),
                source_code=source,
                path=file,
                now=timezone.now(),
                name="API",
                form="api",
            )
        except Conflict as conflict:
            return 409, Problem(detail=str(conflict.reason))
        except Refused as refused:
            return 422, Problem(detail="; ".join(str(reason) for reason in refused.reasons))
    return 200, _out(found)


def _out(batch: Batch) -> BatchOut:
    rows = RejectedRow.objects.filter(batch=batch)[:100]
    wrong = [Wrong(line=row.line, source_id=row.source_id, reasons=row.reasons) for row in rows]
    return BatchOut(
        id=batch.pk, state=batch.state, new=batch.new, changed=batch.changed, unchanged=batch.unchanged,
        rejected=batch.rejected, wrong=wrong,
    )  # fmt: skip
