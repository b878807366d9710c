"""What officers noted at the materials of a case."""

from __future__ import annotations

from yitong.cases.models import Case, MaterialMark


def marks(case: Case) -> dict[str, MaterialMark]:
    """The latest note on each material, by material code; for staff only. One query."""
    return {mark.code: mark for mark in MaterialMark.objects.filter(case=case)}
