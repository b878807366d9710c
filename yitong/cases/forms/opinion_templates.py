"""Ready wordings for opinions, notices and reasons: data in ``data/opinion_templates.toml``, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    text = resources.files("yitong.cases").joinpath("data/opinion_templates.toml").read_text(encoding="utf-8")
    return {name: tuple(group["texts"]) for name, group in tomllib.loads(text).items()}


def texts(group: str, *, item: str = "", applicant: str = "") -> list[str]:
    """The wordings of ``group`` with the case's words filled in. KeyError for a group that does not exist."""
    return [text.replace("{item}", item).replace("{applicant}", applicant) for text in _groups()[group]]


def choices(*groups: str, item: str = "", applicant: str = "") -> list[tuple[str, str]]:
    """The wordings of several groups as a select's choices, the empty one first."""
    found = [text for group in groups for text in texts(group, item=item, applicant=applicant)]
    return [("", "—"), *((text, text) for text in found)]
