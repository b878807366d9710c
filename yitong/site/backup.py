"""One file that holds an installation: the database, the stored files, the keys.

    python -m yitong.site.backup save FILE.tar       while the city runs; the database as of one instant
    python -m yitong.site.backup restore FILE.tar    while it does not; replaces what is there

The file holds private keys and personal data: it is written with mode 0600 and belongs on an encrypted disk.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from yitong.site import env, postgres

LEFT_OUT = {"postgres", "postgres.lock", "postgres.users", "static", "vendor", "journeys", "setup.json", "pg"}
"""Names in the data folder that are made again at the next start, or are the database itself."""
DUMP = "database.dump"
FILES = "files"


def save(target: Path) -> int:
    """Write the backup; returns its size in bytes. An interrupted one leaves nothing under the target's name."""
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(draft, "w") as archive:
            dump = Path(folder) / DUMP
            # The database first: a file that a row names was stored before the row, never after.
            _run([_program("pg_dump"), "--format=custom", "--no-owner", f"--file={dump}", _address()])
            archive.add(dump, DUMP)
            for path in sorted(env.var_dir().iterdir()):
                if path.name not in LEFT_OUT and not path.name.startswith((".", "run.", "children.")):
                    archive.add(path, f"{FILES}/{path.name}")
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def restore(source: Path) -> None:
    """Replace the database and the stored files by the backup's. Refuses while the city runs.

    The files are unpacked beside their places first, so that a damaged backup changes nothing.
    """
    var = env.var_dir()
    with (var / "run.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("yitong: the city is running. Stop it first (Ctrl-C), then restore.") from None
        unpacked = Path(tempfile.mkdtemp(dir=var, prefix=".restore-"))
        try:
            with tarfile.open(source) as archive:
                archive.extractall(unpacked, filter="data")
            if not (unpacked / DUMP).exists():
                raise SystemExit(f"yitong: {source} is not a backup of Yitong: it holds no {DUMP}.")
            options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
            _run([_program("pg_restore"), *options, f"--dbname={_address()}", str(unpacked / DUMP)])
            for path in (unpacked / FILES).iterdir() if (unpacked / FILES).exists() else []:
                _put(path, var / path.name)
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)


def _put(path: Path, place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    path.rename(place)


def _address() -> str:
    return os.environ.get("DATABASE_URL") or postgres.ensure_running()


def _program(name: str) -> str:
    """A server of another version wants its own tools; the embedded one's come with it."""
    if os.environ.get("DATABASE_URL") and (found := shutil.which(name)):
        return found
    return str(postgres.program_dir() / name)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"yitong: {Path(command[0]).name} failed: {done.stderr.strip()[-1500:]}")


def main(arguments: list[str]) -> int:
    """The command line described above; returns the exit code."""
    if len(arguments) != 2 or arguments[0] not in {"save", "restore"}:
        print(__doc__, file=sys.stderr)
        return 2
    file = Path(arguments[1]).expanduser().resolve()
    if arguments[0] == "save":
        print(f"{file}: {save(file):,} bytes")
        return 0
    if not file.exists():
        raise SystemExit(f"yitong: there is no file {file}.")
    restore(file)
    print(f"Restored from {file}. Start with: make run")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
