"""What was measured on: processor, memory, versions, load."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """``load``: processes that wanted to run during the last minute, before the measurement began."""

    cores: int
    memory_gib: float
    processor: str
    system: str
    python: str
    postgresql: str
    load: float

    def as_lines(self) -> list[str]:
        """For RESULTS.md."""
        return [
            f"- {self.processor}, {self.cores} cores, {self.memory_gib:.0f} GiB, {self.system}",
            f"- Python {self.python}, PostgreSQL {self.postgresql}",
            f"- load average before the run: {self.load:.2f}",
        ]


def describe() -> Machine:
    """This machine now. Starts the database server if it does not run."""
    import psutil

    return Machine(
        cores=os.cpu_count() or 1,
        memory_gib=psutil.virtual_memory().total / 1024**3,
        processor=_processor(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgresql=_postgresql(),
        load=os.getloadavg()[0],
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _postgresql() -> str:
    import psycopg

    from yitong.site import postgres

    if not (address := os.environ.get("DATABASE_URL", "")):
        postgres.ensure_running()
        address = postgres.dsn("postgres")
    with psycopg.connect(address) as connection:
        number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"
