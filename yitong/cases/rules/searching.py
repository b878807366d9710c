"""The words a case is found by: single characters and pairs, so that Chinese names of any length are found."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[0-9a-z]+|[一-鿿㐀-䶿\U00020000-\U0003ffff]+")
MAX_QUERY = 60
LONG_RUN = 4


def tokens(*texts: str) -> list[str]:
    """What the index holds for ``texts``: characters and pairs of Chinese runs, Latin and number runs whole."""
    found: set[str] = set()
    for run in (run for text in texts for run in _WORD.findall(text.lower())):
        if run[0].isascii():
            found.add(run)
        else:
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return sorted(found)


def number_tokens(number: str) -> list[str]:
    """A case number is found whole, by day and serial, by serial, and by its last 4 to 12 characters."""
    tail = number[31:]
    return sorted({number.lower(), tail, tail[8:], *(number[-n:].lower() for n in range(4, 13))})


def scope_tokens(department_id: int, region_id: int, filed_region_id: int | None = None) -> list[str]:
    """Whose case it is, as words: a search within one department, region or hall meets only its cases in the index."""
    filed = [] if filed_region_id is None else [f"@f{filed_region_id}"]
    return [f"@d{department_id}", f"@r{region_id}", *filed]


def lexemes(words: list[str], scope: Sequence[str] = ()) -> str:
    """A tsquery text asking for every word, and for one word of ``scope`` (such as ``@d12``) when there are any.

    A word with an asterisk behind it asks for everything that begins so.
    """
    places = " | ".join(f"'{word}'" for word in scope)
    return " & ".join([*([f"({places})"] if places else []), *(_quoted(word) for word in words)])


def _quoted(word: str) -> str:
    return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"


def query(text: str) -> list[str]:
    """The tokens every hit must have; empty when nothing in ``text`` can be searched for."""
    found: list[str] = []
    for run in _WORD.findall(text.lower()[:MAX_QUERY]):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        elif len(run) <= LONG_RUN:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            # Every second pair covers a long name as well, and asks the index half as often.
            found += [*(run[i : i + 2] for i in range(0, len(run) - 1, 2)), run[-2:]]
    return sorted(set(found))
