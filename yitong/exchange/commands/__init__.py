"""Writes of the exchange."""

from yitong.exchange.commands.clients import (
    disable_client,
    enable_client,
    register_client,
    rotate_secret,
    set_limits,
    set_scopes,
)
from yitong.exchange.commands.connectors import adjust, define, disable, enable, ensure_connectors
from yitong.exchange.commands.look_up import look_up, test_call

__all__ = [
    "adjust",
    "define",
    "disable",
    "disable_client",
    "enable",
    "enable_client",
    "ensure_connectors",
    "look_up",
    "register_client",
    "rotate_secret",
    "set_limits",
    "set_scopes",
    "test_call",
]
