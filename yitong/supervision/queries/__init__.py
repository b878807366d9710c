"""Reads of supervision."""

from yitong.supervision.queries.board import Board, board, cases_with
from yitong.supervision.queries.indicators import Indicator, indicators

__all__ = ["Board", "Indicator", "board", "cases_with", "indicators"]
