"""Interface strings: from the code into each context's Chinese catalogue, and from there into what Django reads.

    python -m yitong.site.messages extract [CONTEXT ...]    add new msgids, keep every translation
    python -m yitong.site.messages compile                  write the .mo files (they are not kept in the repository)
    python -m yitong.site.messages missing                  list what has no translation; exit 1 if anything

A msgid is English. It is marked by Django's functions in code, by `N_()` where pure rules only name it, and by
`{% translate %}` in templates. Babel does the work: the gettext programs are not needed. No Django settings are read.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from yitong.site import env

PACKAGE = env.BASE_DIR / "yitong"
LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str, str]
"""Context (empty for most) and singular msgid."""


def contexts() -> list[str]:
    """Every package of the project, each with a catalogue of its own."""
    return sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())


def po_file(context: str) -> Path:
    """The context's Chinese catalogue; it need not exist."""
    return PACKAGE / context / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def used(context: str) -> Catalog:
    """All msgids the context's code and templates use, without translations."""
    catalog = _new_catalog()
    for file in sorted((PACKAGE / context).rglob("*")):
        if file.suffix not in {".py", ".html", ".txt", ".svg"} or {"tests", "migrations"} & set(file.parts):
            continue
        name = str(file.relative_to(env.BASE_DIR))
        for msgid, message_context in _extracted(file):
            catalog.add(msgid, locations=[(name, 0)], context=message_context)
    return catalog


def _extracted(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        if "{%" not in text and "_(" not in text:
            return
        # What stands between the marks becomes filler that only looks like Python; its indentation means nothing.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).split("\n"))
    try:
        found = list(extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS))
    except SyntaxError as error:
        raise SystemExit(f"{file}:{error.lineno}: cannot be read for messages: {error.msg}") from error
    for _line, msgid, _comments, message_context in found:
        if msgid and (isinstance(msgid, tuple) or msgid.strip()):
            yield msgid, message_context


def translated(context: str) -> Catalog:
    """The context's catalogue as it is; empty when there is no file."""
    file = po_file(context)
    if not file.exists():
        return _new_catalog()
    with file.open("rb") as stream:
        return read_po(stream, locale=LOCALE, domain="django")


def missing(context: str) -> list[str]:
    """Msgids that are used but untranslated, only guessed (fuzzy), or translated with other placeholders."""
    known = {_key(message): message for message in translated(context) if message.id}
    faults = []
    for message in used(context):
        if not message.id:
            continue
        have = known.get(_key(message))
        if have is None or not _whole(have):
            faults.append(f"{_key(message)[1]!r} has no translation")
        elif have.fuzzy:
            faults.append(f"{_key(message)[1]!r} is marked fuzzy")
        elif _placeholders(have.string) - _placeholders(message.id):
            faults.append(f"{_key(message)[1]!r}: its translation names other placeholders")
    return faults


def extract_context(context: str) -> tuple[int, int]:
    """Rewrite the context's catalogue: what is used now, with every translation there was.

    A msgid that another context translated already takes over that translation. What is used no longer is kept as
    obsolete. Returns (messages, of which untranslated).
    """
    old = translated(context)
    known = {_key(message): message.string for message in [*old, *old.obsolete.values()] if _whole(message)}
    elsewhere = {}
    for other in contexts():
        if other != context:
            elsewhere.update({_key(message): message.string for message in translated(other) if _whole(message)})
    fresh = used(context)
    new, empty = _new_catalog(), 0
    for message in sorted((message for message in fresh if message.id), key=_key):
        string = known.pop(_key(message), None) or elsewhere.get(_key(message))
        if isinstance(message.id, tuple) != isinstance(string, tuple):
            string = None
        empty += string is None
        new.add(message.id, string, locations=message.locations, context=message.context)
    for (message_context, msgid), string in sorted(known.items()):
        if msgid:
            new.obsolete[msgid] = Message(msgid, string, context=message_context or None)
    count = len(new)
    if count or po_file(context).exists():
        _write(po_file(context), _as_po(new))
    return count, empty


def compile_all() -> int:
    """Write every `.mo` whose catalogue changed. Returns how many were written."""
    written = 0
    for context in contexts():
        file = po_file(context)
        if not file.exists():
            continue
        buffer = io.BytesIO()
        write_mo(buffer, translated(context))
        target = file.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != buffer.getvalue():
            _write(target, buffer.getvalue())
            written += 1
    return written


def _new_catalog() -> Catalog:
    return Catalog(locale=LOCALE, domain="django", project="Yitong", fuzzy=False)


def _as_po(catalog: Catalog) -> bytes:
    """The catalogue without line numbers and dates, which would change with every edit of the code."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(content)
    draft.replace(file)


def _key(message: Message) -> Key:
    msgid = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return message.context or "", msgid


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(strings) and all(strings)


def _placeholders(text: object) -> set[str]:
    parts = text if isinstance(text, (list, tuple)) else [text]
    return {name for part in parts for name in re.findall(r"%\((\w+)\)|\{(\w+)\}", str(part)) for name in name if name}


def main(arguments: list[str]) -> int:
    """The command line described above; returns the exit code."""
    verb, *names = arguments or ["help"]
    unknown = set(names) - set(contexts())
    if verb not in {"extract", "compile", "missing"} or unknown:
        print(__doc__ if not unknown else f"No such context: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if verb == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    code = 0
    for context in names or contexts():
        if verb == "extract":
            count, empty = extract_context(context)
            if count:
                print(f"{context}: {count} messages, {empty} untranslated")
        for fault in missing(context) if verb == "missing" else []:
            print(f"{context}: {fault}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
