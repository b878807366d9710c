"""Paragraphs and tables set into pages from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yitong.documents import fonts
from yitong.documents.rendering.lines import wrap
from yitong.documents.rendering.sheet import BLACK, HEIGHT, WIDTH, Rule, Sheets, Text
from yitong.documents.rules.markup import Block, Paragraph, Table

SIZE = 13.0
LEADING = 23.0
CELL = 11.0
CELL_LEADING = 16.0
PAD = 5.0


@dataclass(slots=True)
class Flow:
    """Sets blocks between ``left`` and ``right``, above ``bottom``; ``begin(sheets)`` furnishes a further page."""

    sheets: Sheets
    left: float = 76.0
    right: float = WIDTH - 76.0
    top: float = HEIGHT - 76.0
    bottom: float = 118.0
    begin: Callable[[Sheets], None] = lambda sheets: None

    @property
    def width(self) -> float:
        return self.right - self.left

    def turn(self) -> None:
        self.sheets.turn(self.top)
        self.begin(self.sheets)

    def need(self, height: float) -> None:
        """Go to a further page unless ``height`` points are left on this one."""
        if self.sheets.y - height < self.bottom:
            self.turn()

    def put(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        else:
            self._paragraph(block)

    def height_of(self, block: Block) -> float:
        """How high ``block`` would be set, without a page break; tables are never measured."""
        if isinstance(block, Table):
            return float("inf")
        return len(wrap(block.text, SIZE, self.width, indent=_indent(block))) * LEADING

    def _paragraph(self, block: Paragraph) -> None:
        font = fonts.BOLD if block.style == "heading" else fonts.REGULAR
        indent = _indent(block)
        for number, line in enumerate(wrap(block.text, SIZE, self.width, font=font, indent=indent)):
            self.need(LEADING)
            self.sheets.y -= LEADING
            if block.style == "right":
                self.sheets.put(Text(self.right, self.sheets.y, line, SIZE, font, anchor="right"))
            else:
                x = self.left + (indent if number == 0 else 0)
                self.sheets.put(Text(x, self.sheets.y, line, SIZE, font))

    def _table(self, table: Table) -> None:
        edges = self._columns(table)
        self.sheets.y -= 6
        self._row(table.headings, edges, table.headings, bold=True)
        for row in table.rows:
            self._row(row, edges, table.headings)
        self.sheets.y -= 4

    def _columns(self, table: Table) -> list[float]:
        """Left edges and the right one. Columns share the width by their longest text, each between 2 and 20 characters."""
        longest = [
            min(20, max(2, *(len(row[column]) for row in (table.headings, *table.rows))))
            for column in range(len(table.headings))
        ]
        total = sum(longest)
        edges = [self.left]
        for share in longest:
            edges.append(edges[-1] + self.width * share / total)
        return edges

    def _row(self, row: tuple[str, ...], edges: list[float], headings: tuple[str, ...], bold: bool = False) -> None:
        font = fonts.BOLD if bold else fonts.REGULAR
        cells = [
            wrap(text, CELL, edges[column + 1] - edges[column] - 2 * PAD, font=font) for column, text in enumerate(row)
        ]
        # A cell longer than a page is continued on the next as a row of its own.
        most = max(1, int((self.top - self.bottom - 4 * CELL_LEADING) // CELL_LEADING))
        while cells:
            head, cells = [cell[:most] for cell in cells], [cell[most:] for cell in cells]
            height = max(len(cell) for cell in head) * CELL_LEADING + 2 * PAD
            if self.sheets.y - height < self.bottom:
                self.turn()
                if not bold:
                    self._row(headings, edges, headings, bold=True)
            self._cells(head, edges, height, font)
            if not any(cells):
                break

    def _cells(self, cells: list[list[str]], edges: list[float], height: float, font: str) -> None:
        top, bottom = self.sheets.y, self.sheets.y - height
        self.sheets.put(Rule(edges[0], top, edges[-1], top), Rule(edges[0], bottom, edges[-1], bottom))
        self.sheets.put(*(Rule(x, top, x, bottom) for x in edges))
        for column, lines in enumerate(cells):
            for number, line in enumerate(lines):
                y = top - PAD - (number + 1) * CELL_LEADING + 4
                self.sheets.put(Text(edges[column] + PAD, y, line, CELL, font, BLACK))
        self.sheets.y = bottom


def _indent(block: Paragraph) -> float:
    return 2 * SIZE if block.style == "body" else 0.0
