"""Writes of the licences context."""

from yitong.licences.commands.issue_licence import issue
from yitong.licences.commands.revoke_licence import revoke
from yitong.licences.commands.types import ensure_types

__all__ = ["ensure_types", "issue", "revoke"]
