"""Files of lists: nothing in them is run, nothing is held whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from yitong.parties.exports import csv_file


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    response = csv_file("list.csv", ["=Heading"], [[text, "", -5, "a=1", None]])
    content = b"".join(response).decode()  # type: ignore[arg-type]
    assert content.startswith("\ufeff") and response["Cache-Control"] == "private, no-store"
    heading, row = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    assert heading == ["'=Heading"] and row == [f"'{text}", "", "-5", "a=1", ""]


def test_rows_are_written_as_they_are_read() -> None:
    read = []

    def rows() -> Iterator[list[int]]:
        for n in range(3):
            read.append(n)
            yield [n]

    lines = iter(csv_file("list.csv", ["n"], rows()))
    assert (next(lines), next(lines), read) == ("\ufeffn\r\n".encode(), b"0\r\n", [0])
