"""A cursor whose statements the server parses and plans once a connection."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import Any

from psycopg import RawCursor
from psycopg.types.numeric import Int8


class PreparedCursor(RawCursor[Any]):
    """Sends the values alone once a statement is known to the server. Placeholders are ``%s``.

    Values are bound by the server: every placeholder needs a type it can infer, so write ``%s::bigint`` in a SELECT list.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """As psycopg's; the text of ``query`` is kept for ever."""
        # A whole number would be sent as the smallest type that holds it, and each mix of types be planned anew.
        values = [Int8(each) if type(each) is int else each for each in params or ()]
        return super().execute(_numbered(query), values, prepare=True, **options)


@cache
def _numbered(sql: str) -> bytes:
    """``%s`` as ``$1``, ``$2`` …: psycopg does not keep its own translation of long texts, and it costs more than the rest."""
    first, *rest = sql.split("%s")
    places = count(1)
    return "".join([first, *(f"${next(places)}{part}" for part in rest)]).replace("%%", "%").encode()
