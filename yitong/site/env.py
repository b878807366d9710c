"""Typed reading of environment variables.

A wrong value stops the program with the variable's name, what was read and what to write instead; a missing one
takes its default. Nothing here imports Django, so that the launcher and the pure commands can use it.
"""

import hashlib
import os
import secrets
import stat
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SYSTEM_VAR = Path("/var/lib/yitong")

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class BadSetting(SystemExit):
    """An environment variable that cannot be used. Ends the program with one readable line on stderr."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        super().__init__(f"yitong: the environment variable {name} is {value!r}. {remedy}")


def text(name: str, default: str) -> str:
    """The variable, or `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise BadSetting(name, value, "Write 1 or 0 (true/false, yes/no and on/off are also understood).")


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between `least` and `most`, both included."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise BadSetting(name, value, f"Write a whole number from {least} to {most}.") from None
    if not least <= number <= most:
        raise BadSetting(name, value, f"Write a whole number from {least} to {most}.")
    return number


def listed(name: str, default: list[str]) -> list[str]:
    """A comma-separated list; empty entries are dropped."""
    value = os.environ.get(name, "").strip()
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def certificates(name: str) -> str:
    """The PEM text of the file of certificates that the variable names; empty when it names none."""
    file = text(name, "")
    if not file:
        return ""
    import ssl  # most starts name none, and `yitong clock` has no time to lose

    remedy = "Name a readable file with certificates in PEM form (-----BEGIN CERTIFICATE-----)."
    try:
        # What stands between the certificates may be in any language.
        found = Path(file).read_bytes().decode("ascii", "ignore")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=found)
    except (OSError, ValueError) as error:
        raise BadSetting(name, file, f"{remedy} ({error})") from None
    return found


def others_can_reach(path: Path) -> bool:
    """Whether an operating-system user who owns none of them may pass through every existing folder above `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents if folder.exists())


def var_dir() -> Path:
    """The folder of everything that is written at run time; made if it is missing.

    PostgreSQL refuses to run as root, so that root starts it under another account, which must be able to reach the
    data. A checkout below a closed home folder therefore keeps its data in /var/lib/yitong, one folder per checkout.
    """
    chosen = os.environ.get("YITONG_VAR", "").strip()
    if chosen:
        folder = Path(chosen).expanduser().resolve()
    else:
        folder = BASE_DIR / "var"
        if os.geteuid() == 0 and not others_can_reach(folder):
            mark = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]
            folder = SYSTEM_VAR / f"{BASE_DIR.name}-{mark}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = f"The data folder cannot be made ({error.strerror}). Set YITONG_VAR to a folder you may write to."
        raise BadSetting("YITONG_VAR", str(folder), remedy) from error
    return folder


def secret_key(folder: Path) -> str:
    """YITONG_SECRET_KEY, or the key kept in `secret.key` of the data folder, made at the first start (mode 0600).

    Two processes may start at once: the file is made exclusively, and the loser reads the winner's.
    """
    given = os.environ.get("YITONG_SECRET_KEY", "").strip()
    if given:
        if len(given) < 32:
            raise BadSetting("YITONG_SECRET_KEY", "(hidden)", "Write at least 32 random characters.")
        return given
    file = folder / "secret.key"
    if not file.exists() or not file.read_text().strip():
        draft = folder / f".secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)
        except FileExistsError:
            if not file.read_text().strip():
                draft.replace(file)
        draft.unlink(missing_ok=True)
    return file.read_text().strip()
