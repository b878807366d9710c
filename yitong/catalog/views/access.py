"""Who may open the console's pages of the catalogue: whoever has a part in it."""

from __future__ import annotations

from yitong.catalog.permissions import PREPARING
from yitong.parties.doors import staff_with

author = staff_with(*PREPARING)
