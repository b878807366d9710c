"""The same world as that of bad luck."""

from tests.badluck.conftest import world

__all__ = ["world"]
