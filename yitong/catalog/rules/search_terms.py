"""How texts are cut for the search, and how a query is understood. Pure.

Recall needs no dictionary: single characters and bigrams find words of any length. The dictionary (jieba) only cuts a
query into words, so that one unknown word does not hide what the others find.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rjieba

_RUNS = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇]+|[a-z0-9]+")
_CJK = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇]")
# Words that say that somebody wants something, not what.
_STOP = (
    "我 我们 我要 我想 想 要 给 的 了 在 去 到 吗 呢 吧 啊 怎么 怎样 如何 哪里 哪儿 哪 什么 请问 可以 能 需要 一下 个 和 与 及 或 "
    "办 办理 申请 手续 流程 材料 是 有 把 让 帮 帮我 麻烦 多少 多久 几 天 今天 现在 里 上 下 为 被 从 对"
)
STOP_WORDS = frozenset(_STOP.split())
MOST_QUERY = 60  # characters of a query that are looked at
MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """One word of a query: it is found when one of ``alternatives`` is. ``latin``: letters to look for in the pinyin."""

    alternatives: tuple[str, ...]
    latin: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """``text``: the query normalised; ``groups``: its words."""

    text: str
    groups: tuple[Group, ...]


def normalise(text: str) -> str:
    """Full-width forms as plain ones, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def terms(texts: Iterable[str]) -> list[str]:
    """The index terms of ``texts``: characters and bigrams of Chinese, whole words of anything else; sorted, each once."""
    found: set[str] = set()
    for text in texts:
        for run in _RUNS.findall(normalise(text)):
            found |= set(_run_terms(run))
            if _CJK.match(run):
                found |= set(run)
    return sorted(found)


def pinyin(texts: Iterable[str]) -> str:
    """Initials and full pinyin of each text, one per line: ``jzzsl`` and ``juzhuzhengshenling`` for 居住证申领."""
    # 55 MB of readings, wanted where an item is published and nowhere else.
    from pypinyin import Style, lazy_pinyin

    lines = []
    for text in texts:
        chinese = "".join(run for run in _RUNS.findall(normalise(text)))
        if chinese:
            lines.append("".join(lazy_pinyin(chinese, style=Style.FIRST_LETTER)))
            lines.append("".join(lazy_pinyin(chinese)))
    return "\n".join(dict.fromkeys(lines))


def understand(text: str, synonyms: Mapping[str, Sequence[str]]) -> Query:
    """``text`` as a query. ``synonyms``: everyday word to what it means; the longest ones in the text count first."""
    text = normalise(text)[:MOST_QUERY]
    rest, groups = text, []
    for word in sorted(synonyms, key=len, reverse=True):
        if word and word in rest:
            groups.append(Group((word, *synonyms[word])))
            rest = rest.replace(word, " ")
    # The everyday word says it all: what is left of the sentence (怎么办, 去哪里) only ranks.
    words = [] if groups else _words(rest)
    groups += [Group((word,), word if not _CJK.search(word) else "") for word in words]
    return Query(text, tuple(groups[:MOST_GROUPS]))


def tsquery(alternatives: Iterable[str]) -> str:
    """PostgreSQL tsquery text: one of ``alternatives``, each with all its terms."""
    parts = []
    for alternative in alternatives:
        lexemes = [term for run in _RUNS.findall(normalise(alternative)) for term in _run_terms(run)]
        if lexemes:
            # Only letters, digits and Chinese characters are left: nothing in them needs escaping.
            parts.append("(" + " & ".join(f"'{lexeme}'" for lexeme in dict.fromkeys(lexemes)) + ")")
    return " | ".join(parts)


def _run_terms(run: str) -> list[str]:
    """What must be in the index for ``run`` to be found."""
    if not _CJK.match(run) or len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _words(text: str) -> list[str]:
    runs = _RUNS.findall(text)
    if len(runs) == 1 and len(runs[0]) <= 2:
        return runs
    words: list[str] = []
    for run in runs:
        words += rjieba.cut(run) if _CJK.match(run) else [run]
    useful = [word for word in words if word not in STOP_WORDS and (len(word) > 1 or not _CJK.match(word))]
    # A query of single characters or stop words only is taken as it stands.
    useful = useful or [word for word in words if word not in STOP_WORDS] or runs
    return list(dict.fromkeys(useful))
