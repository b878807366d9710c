"""The process of an item as a picture: boxes by stage, parallel steps below each other. Coordinates are SVG units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yitong.catalog.records import ItemRecord, LimitSpec, Step
from yitong.catalog.templatetags.catalog import limit_text

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 64, 36, 16, 8
LINE = 9  # Chinese characters in one line of a box


@dataclass(frozen=True, slots=True)
class Box:
    """One box. ``lines``: (text, y) of each line of its name; ``note``: limit or condition below it."""

    x: int
    y: int
    lines: tuple[tuple[str, int], ...]
    note: str
    note_y: int
    kind: str

    @property
    def centre(self) -> int:
        return self.x + BOX_WIDTH // 2


@dataclass(frozen=True, slots=True)
class Stage:
    """The same for the phone's timeline. ``steps``: (name, note) of each step that runs in this stage."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]  # SVG path data
    stages: tuple[Stage, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def diagram(record: ItemRecord) -> Diagram:
    """From application to delivery, with the record's own steps between acceptance and decision."""
    columns: list[list[tuple[str, str, str]]] = [
        [(_("Apply"), _visits(record.visits), "end")],
        [(_("Accept"), _("within 5 working days"), "step")],
    ]
    for stage in sorted({step.stage for step in record.steps}):
        columns.append([(s.name, _note(s), s.kind) for s in record.steps if s.stage == stage])
    columns.append([(_("Decide"), limit_text(record.committed_limit), "step")])
    if record.result.kind != "none":
        columns.append([(_("Deliver"), record.result.name, "end")])
    return _laid_out(columns)


def _visits(visits: int) -> str:
    if not visits:
        return _("no visit needed")
    return ngettext("%(n)s visit", "%(n)s visits", visits) % {"n": visits}


def _note(step: Step) -> str:
    parts = [limit_text(step.limit)] if isinstance(step.limit, LimitSpec) else []
    return " · ".join([*parts, *([_("if it applies")] if step.when else [])])


def _laid_out(columns: list[list[tuple[str, str, str]]]) -> Diagram:
    tallest = max(len(column) for column in columns)
    height = tallest * BOX_HEIGHT + (tallest - 1) * GAP_Y + 2 * MARGIN
    boxes: list[list[Box]] = []
    for place, column in enumerate(columns):
        used = len(column) * BOX_HEIGHT + (len(column) - 1) * GAP_Y
        top = (height - used) // 2
        x = MARGIN + place * (BOX_WIDTH + GAP_X)
        boxes.append([_box(x, top + row * (BOX_HEIGHT + GAP_Y), *each) for row, each in enumerate(column)])
    arrows = [
        f"M{a.x + BOX_WIDTH} {a.y + BOX_HEIGHT // 2} C{a.x + BOX_WIDTH + GAP_X // 2} {a.y + BOX_HEIGHT // 2} "
        f"{b.x - GAP_X // 2} {b.y + BOX_HEIGHT // 2} {b.x - 6} {b.y + BOX_HEIGHT // 2}"
        for left, right in pairwise(boxes)
        for a in left
        for b in right
    ]
    stages = tuple(Stage(tuple((name, note) for name, note, _kind in column)) for column in columns)
    width = 2 * MARGIN + len(columns) * BOX_WIDTH + (len(columns) - 1) * GAP_X
    return Diagram(width, height, tuple(box for column in boxes for box in column), tuple(arrows), stages)


def _box(x: int, y: int, name: str, note: str, kind: str) -> Box:
    wide = all(ord(character) < 128 for character in name)
    per_line = LINE * 2 if wide else LINE
    texts = [name[:per_line], name[per_line : 2 * per_line - 1] + "…" * (len(name) > 2 * per_line - 1)]
    texts = [text for text in texts if text]
    first = y + (26 if len(texts) == 1 else 19)
    lines = tuple((text, first + 17 * row) for row, text in enumerate(texts))
    return Box(x, y, lines, note[: 22 if wide else 13], y + BOX_HEIGHT - 9, kind)
