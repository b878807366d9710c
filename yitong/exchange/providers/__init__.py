"""Ways to ask a register: typed plug-ins, each chosen by name in a connector's row."""

from __future__ import annotations

from yitong.exchange.providers.base import Provider, Target
from yitong.exchange.providers.http_json import HttpJsonProvider
from yitong.exchange.providers.library import LibraryProvider

PROVIDERS: dict[str, Provider] = {each.name: each for each in (HttpJsonProvider(), LibraryProvider())}
"""Every provider there is, by the name a connector's ``provider`` carries. One instance serves all threads of a process."""

__all__ = ["PROVIDERS", "Provider", "Target"]
