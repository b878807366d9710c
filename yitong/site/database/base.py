"""The database engine `yitong.site.database`: PostgreSQL, with the embedded server started on demand.

Commands that never touch the database (checking messages, collecting static files) do not start a server.
"""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, operations

from yitong.site import postgres
from yitong.storage.prepared import PreparedCursor


class DatabaseOperations(operations.DatabaseOperations):
    """Django's own, and how a prepared statement is shown in its log of statements."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        if isinstance(cursor, PreparedCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own wrapper; makes sure that the embedded server runs before anybody learns where it is."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        if self.settings_dict.get("EMBEDDED"):
            postgres.ensure_running()
        return super().get_connection_params()

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        # Django's own cursors bind in the client and never prepare, whatever the threshold.
        connection.prepare_threshold = 0 if settings.YITONG_PREPARED_STATEMENTS else None
        return connection
