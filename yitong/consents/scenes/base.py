"""What a scene is, and the registry of scenes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows the code, as a scene may use it.

    ``offered``: names of the types of the valid licences offered. ``read``: type name → field → value, of the licences the scene
    reads (``Scene.reads``). ``key``: the holder's key, from which a scene may derive a number of its own. ``firm``: the
    enterprise in whose name he shows it; empty for his own.
    """

    name: str
    idcard: str
    sex: str
    birth_on: date
    on: date
    key: bytes
    offered: frozenset[str] = frozenset()
    read: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    firm: str = ""

    @property
    def age(self) -> int:
        """Whole years on the day ``on``."""
        before = (self.on.month, self.on.day) < (self.birth_on.month, self.birth_on.day)
        return self.on.year - self.birth_on.year - before


@dataclass(frozen=True, slots=True)
class Line:
    """One thing shown: ``label`` and, unless ``literal``, ``value`` are msgids. ``good`` false: an answer of no."""

    label: str
    value: str
    literal: bool = True
    good: bool = True


class Scene(ABC):
    """One place where the code is shown.

    ``department``: who runs it, ``purpose``: what the holder's log says it was for (both Chinese data). ``wants``: licence
    types offered by default when the holder has them. ``reads``: type → fields whose values are shown; such a look is
    logged. ``tells``: what the holder is told will be seen. ``takes``: the licences can be taken into a case.
    ``shows_face``: whether the scanner learns how the face check went. ``asks``: nothing is offered, who shows the code agrees
    that he, or an enterprise he handles, is asked about, and of sensitive fields separately.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    purpose: ClassVar[str]
    department: ClassVar[str]
    tells: ClassVar[str]
    law: ClassVar[str] = ""
    wants: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    takes: ClassVar[bool] = False
    asks: ClassVar[bool] = False
    shows_face: ClassVar[bool] = True

    @property
    def template(self) -> str:
        return f"consents/scenes/{self.code}.html"

    @abstractmethod
    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        """What is seen at the scanner, most important first."""


_scenes: dict[str, Scene] = {}


def register(kind: type[Scene]) -> type[Scene]:
    """Class decorator: offer a scene. ValueError when its code is taken by another class or not 1 to 20 characters."""
    known = _scenes.get(kind.code)
    if (known is not None and type(known) is not kind) or not 1 <= len(kind.code) <= 20:
        raise ValueError(f"scene code {kind.code!r} is taken or too long")
    _scenes[kind.code] = kind()
    return kind


def scene(code: str) -> Scene | None:
    """The scene with this code."""
    return _scenes.get(code)


def all_scenes() -> list[Scene]:
    """All of them, as registered."""
    return list(_scenes.values())
