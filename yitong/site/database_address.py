"""From DATABASE_URL to Django's database settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yitong.site import postgres
from yitong.site.env import BadSetting

_REMEDY = "Write postgresql://user:password@host:5432/database, or unset it to use the embedded server."


def database_settings(url: str) -> dict[str, Any]:
    """The connection part of one DATABASES entry: the server of `url`, or the embedded one when `url` is empty."""
    if not url:
        return {
            "ENGINE": "yitong.site.database",
            "EMBEDDED": True,
            "NAME": postgres.DATABASE,
            "USER": postgres.SUPERUSER,
            "HOST": str(postgres.socket_dir()),
            "PORT": str(postgres.PORT),
        }
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSetting("DATABASE_URL", "(unreadable)", _REMEDY) from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        # The value itself may hold a password and stays out of the message.
        raise BadSetting("DATABASE_URL", f"{parts.scheme}://...", _REMEDY)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "yitong.site.database",
        "NAME": name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": host,
        "PORT": str(port or options.pop("port", "") or ""),
        "OPTIONS": options,
    }
