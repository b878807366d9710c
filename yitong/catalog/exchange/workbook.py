"""Items as an Excel workbook: a sheet of items, one for each list of their parts. The layout is ``exchange.layout``."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from yitong.catalog.exchange import layout
from yitong.catalog.exchange.envelope import CellTooLong, Envelope, Place, ReadFile, RowError, Source
from yitong.catalog.exchange.layout import Column, Sheet
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import shape
from yitong.kernel.reasons import N_

MOST_UNPACKED = 200 * 1024 * 1024  # bytes a workbook may unfold to
MOST_ROWS = 200_000
Key = tuple[str, str]


def write(items: Iterable[tuple[str, str, str, ItemRecord]]) -> bytes:
    """``(basic code, department code, region code, record)`` of each item as a workbook; CellTooLong if need be."""
    book = Workbook()
    book.remove(book.worksheets[0])
    pages = {sheet.title: _page(book, sheet) for sheet in _sheets()}
    blank = ItemRecord.model_construct()
    for basic, department, region, record in items:
        key = [basic, department]
        _append(pages["事项"], layout.ITEMS, [*key, region], record, blank)
        for sheet in layout.LISTS:
            for row in getattr(record, sheet.path):
                _append(pages[sheet.title], sheet, key, row, None)
        for question in record.questions:
            for choice in question.choices:
                _append(pages["情形选项"], layout.CHOICES, [*key, question.code], choice, None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, name: str = "") -> ReadFile:
    """Every item of a workbook. Never raises for what the file holds."""
    try:
        _guard(content)
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=False)
    except _Unfit as error:
        return ReadFile("excel", (), (RowError(Place(name, 1), error.code, error.message),))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, SyntaxError):
        message = N_("The file is not an Excel workbook (.xlsx); save it in this format.")
        return ReadFile("excel", (), (RowError(Place(name, 1), "not_a_workbook", message),))
    return _Reader().read(book)


class _Unfit(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message


def _guard(content: bytes) -> None:
    """Refuses a zip bomb by what its directory declares, before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise _Unfit("too_large", N_("The workbook unfolds to more than 200 MB; split it."))


def _sheets() -> tuple[Sheet, ...]:
    return (layout.ITEMS, *layout.LISTS, layout.CHOICES)


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    keys: tuple[Column, ...] = layout.KEY_COLUMNS
    if sheet is layout.ITEMS:
        keys = (*keys, layout.REGION_COLUMN)
    if sheet is layout.CHOICES:
        keys = (*keys, layout.QUESTION_COLUMN)
    return keys + sheet.columns


def _page(book: Workbook, sheet: Sheet) -> Worksheet:
    page = book.create_sheet(sheet.title)
    page.append([column.heading for column in _columns(sheet)])
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F5")
        page.column_dimensions[cell.column_letter].width = 18
    page.freeze_panes = "C2"
    return page


def _append(page: Worksheet, sheet: Sheet, key: list[str], row: Any, blank: Any) -> None:
    number = page.max_row + 1
    values = [*key, *(_cell(sheet, column, row, blank) for column in sheet.columns)]
    for place, (column, value) in enumerate(zip(_columns(sheet), values, strict=True), start=1):
        if value is None:
            continue
        if isinstance(value, str) and len(value) > layout.MOST_CELL:
            raise CellTooLong(key[0], column.heading)
        cell = page.cell(number, place)
        cell.value = value
        if isinstance(value, str):
            # As text, whatever it looks like: a code keeps its zeros, and what begins with = is no formula.
            cell.data_type, cell.number_format = "s", "@"
            cell.alignment = Alignment(vertical="top", wrap_text="\n" in value)


def _cell(sheet: Sheet, column: Column, row: Any, blank: Any) -> Any:
    value, default = _attribute(row, column.path), None
    if column.kind in ("list", "labels", "json"):
        default = _default(sheet, row, column.path)
    if value is None:
        return None
    return layout.to_cell(column, value, default)


def _attribute(row: Any, path: str) -> Any:
    if not path:
        return row
    for part in path.split("."):
        if row is None:
            return None
        row = row[int(part)] if part.isdigit() else getattr(row, part)
    return row


def _default(sheet: Sheet, row: Any, path: str) -> Any:
    owner, _, name = path.rpartition(".")
    return type(_attribute(row, owner)).model_fields[name].get_default(call_default_factory=True)


@dataclass(slots=True)
class _Item(Source):
    """One item while its rows come together. ``rows``: place and content of its own row and of each list row."""

    data: dict[str, Any]
    region: str
    key: Key
    rows: dict[str, tuple[str, int, dict[str, Any]]]
    headings: dict[str, dict[str, str]]
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def place(self, path: str) -> Place:
        owner, rest = self._owner(path)
        sheet, row, _ = self.rows[owner]
        headings = self.headings[sheet]
        while rest and rest not in headings:
            rest = re.sub(r"(\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$", "", rest)
        return Place(sheet, row, headings.get(rest, headings.get(f"{rest}.amount", "")))

    def content(self, path: str) -> dict[str, Any]:
        return self.rows[self._owner(path)[0]][2]

    def _owner(self, path: str) -> tuple[str, str]:
        """The longest known row that encloses ``path``, and what remains of the path below it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.rows and (end == len(path) or path[end] in ".["):
                rest = path[end:].removeprefix(".")
                # A pair is addressed by its place, [0] and [1], as its columns are.
                return path[:end], re.sub(r"^\[(\d+)\]", r"\1", rest)
        return "", path


class _Reader:
    def __init__(self) -> None:
        self.errors: list[RowError] = []
        self.items: dict[Key, _Item] = {}
        self.headings: dict[str, dict[str, str]] = {}

    def read(self, book: Workbook) -> ReadFile:
        known = {sheet.title: sheet for sheet in _sheets()}
        for title in book.sheetnames:
            if title not in known:
                message = N_("The sheet %(sheet)s is unknown; known are %(known)s.")
                self._error(title, 1, "", "unknown_sheet", message, {"sheet": title, "known": "、".join(known)})
        for sheet in known.values():
            if sheet.title in book.sheetnames:
                self._sheet(sheet, book[sheet.title])
        if not self.items and not self.errors:
            self._error("事项", 1, "", "empty", N_("The file holds no item."))
        return ReadFile("excel", tuple(self._envelopes()), tuple(self.errors))

    def _envelopes(self) -> list[Envelope]:
        envelopes = []
        for (basic, department), item in self.items.items():
            try:
                record = shape.parse(item.data)
            except shape.WrongShape as error:
                for reason in error.reasons:
                    path = "" if reason.field == "record" else reason.field
                    params = reason.params
                    if reason.code == "literal_error":
                        params = {"expected": _words(item.place(path)) or params["expected"]}
                    self.errors.append(item.error(path, reason.code, reason.message, params))
            else:
                envelopes.append(Envelope(basic, department, item.region, record, item))
        return envelopes

    def _sheet(self, sheet: Sheet, page: Worksheet) -> None:
        columns = {column.heading: column for column in _columns(sheet)}
        self.headings[sheet.title] = {column.path: column.heading for column in columns.values()}
        rows = page.iter_rows(max_row=min(page.max_row or 1, MOST_ROWS))
        found: list[Column | None] = []
        for cell in next(rows, ()):
            heading = layout.cell_text(cell.value) if cell.value is not None else ""
            if heading and heading not in columns:
                message = N_("The column %(heading)s is unknown in the sheet %(sheet)s; check the heading.")
                params = {"heading": heading, "sheet": sheet.title}
                self._error(sheet.title, 1, heading, "unknown_column", message, params)
            found.append(columns.get(heading))
        for key in _columns(sheet)[: len(_columns(sheet)) - len(sheet.columns)]:
            if key not in found:
                message = N_("The sheet %(sheet)s lacks the column %(heading)s; add it.")
                self._error(
                    sheet.title,
                    1,
                    key.heading,
                    "missing_column",
                    message,
                    {"sheet": sheet.title, "heading": key.heading},
                )
                return
        for row in rows:
            self._row(sheet, row, found)

    def _row(self, sheet: Sheet, cells: Iterable[Cell | MergedCell], columns: list[Column | None]) -> None:
        filled = [(column, cell) for column, cell in zip(columns, cells, strict=False) if column and _filled(cell)]
        if not filled:
            return
        number = filled[0][1].row or 0
        content = {column.heading: layout.cell_text(cell.value) for column, cell in filled}
        for column, cell in filled:
            if cell.data_type in ("f", "e"):
                message = N_("The cell holds a formula or an error; paste it as a value.")
                self._error(sheet.title, number, column.heading, "formula", message, {}, content)
        keys = {column.path: layout.cell_text(cell.value) for column, cell in filled if column.path.startswith("/")}
        values = [(column.path, layout.from_cell(column, cell.value)) for column, cell in filled]
        data = _nested([(path, value) for path, value in values if not path.startswith("/")])
        for column in layout.KEY_COLUMNS:
            if column.path not in keys:
                message = N_("%(heading)s is empty; every row names its item.")
                self._error(
                    sheet.title, number, column.heading, "no_key", message, {"heading": column.heading}, content
                )
                return
        self._take(sheet, (keys["/basic_code"], keys["/department"]), keys, data, number, content)

    def _take(
        self, sheet: Sheet, key: Key, keys: dict[str, str], data: Any, number: int, content: dict[str, Any]
    ) -> None:
        if sheet is layout.ITEMS:
            if key in self.items:
                message = N_("This item stands in the sheet twice; remove one row.")
                self._error(sheet.title, number, "基本编码", "item_twice", message, {}, content)
                return
            self.items[key] = _Item(
                data, keys.get("/region", ""), key, {"": (sheet.title, number, content)}, self.headings
            )
            return
        item = self.items.get(key)
        if item is None:
            message = N_("No row of the sheet 事项 has this item code and department.")
            self._error(sheet.title, number, "基本编码", "item_unknown", message, {}, content)
            return
        rows, path = item.data, sheet.path
        if sheet is layout.CHOICES:
            questions = item.data.get("questions", [])
            index = next((i for i, each in enumerate(questions) if each.get("code") == keys.get("/question")), None)
            if index is None:
                message = N_("The item has no question with this code.")
                self._error(sheet.title, number, "问题代码", "question_unknown", message, {}, content)
                return
            rows, path = questions[index], f"questions[{index}].choices"
        place = f"{path}[{item.counts[path]}]"
        item.counts[path] += 1
        item.rows[place] = (sheet.title, number, content)
        rows.setdefault(sheet.path, []).append(data)

    def _error(
        self,
        sheet: str,
        row: int,
        column: str,
        code: str,
        message: str,
        params: dict[str, Any] | None = None,
        content: dict[str, Any] | None = None,
    ) -> None:
        self.errors.append(RowError(Place(sheet, row, column), code, message, params or {}, content or {}))


def _words(place: Place) -> str:
    """The terms a cell with fixed choices takes."""
    sheet = next(each for each in _sheets() if each.title == place.sheet)
    column = next((each for each in sheet.columns if each.heading == place.column), None)
    return "、".join(words[1] for words in column.labels.values()) if column and column.labels else ""


def _filled(cell: Cell | MergedCell) -> bool:
    return cell.value is not None and str(cell.value).strip() != ""


def _nested(values: Iterable[tuple[str, Any]]) -> Any:
    """Dotted paths as nested mappings; the empty path is the value itself; 0 and 1 make a pair."""
    data: dict[str, Any] = {}
    for path, value in values:
        if not path:
            return value
        *owners, name = path.split(".")
        owner = data
        for part in owners:
            owner = owner.setdefault(part, {})
        owner[name] = value
    return [data.get("0", ""), data.get("1", "")] if data.keys() & {"0", "1"} else data
