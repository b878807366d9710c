"""The database engine `yitong.site.database`: PostgreSQL, started on demand.

Commands that never touch the database (checking messages, collecting static files) do not start a server.
"""

from typing import Any

from django.db.backends.postgresql import base

from yitong.site import postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own wrapper; makes sure that the embedded server runs before anybody learns where it is."""

    def get_connection_params(self) -> dict[str, Any]:
        postgres.ensure_running()
        return super().get_connection_params()
