"""One benchmark in a process of its own: `python -m benchmarks.runner NAME OUT [--quick]`.

Writes a list of results as JSON to the file OUT; what the benchmark prints (progress) goes to the terminal.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.frame import BENCHMARKS

QUICK_SUFFIX = "_quick"


def main(arguments: list[str]) -> None:
    """Run the benchmark ``arguments`` names."""
    name, out, *options = arguments
    quick = "--quick" in options
    known = BENCHMARKS[name]
    if known.database:
        use_database(known.database + (QUICK_SUFFIX if quick else ""))
    module = importlib.import_module(known.module)
    Path(out).write_text(json.dumps([result.as_dict() for result in module.run(quick)]))


def use_database(name: str) -> None:
    """Set Django up against the database ``name`` of the configured server, made if it is missing, never the city's own."""
    import psycopg

    from yitong.site import postgres

    given = os.environ.get("DATABASE_URL", "")
    if given:
        parts = urlsplit(given)
        maintenance, target = given, urlunsplit(parts._replace(path=f"/{name}"))
    else:
        postgres.ensure_running()
        maintenance, target = postgres.dsn("postgres"), postgres.dsn(name)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    os.environ |= {
        "DATABASE_URL": target,
        "DJANGO_SETTINGS_MODULE": "yitong.site.settings",
        # Pages are measured as the demonstration serves them: plain HTTP, the banner on top.
        "YITONG_DEMO": "1",
        "YITONG_HTTPS": "0",
    }
    import django

    django.setup()


if __name__ == "__main__":
    main(sys.argv[1:])
