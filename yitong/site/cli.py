"""The console script `yitong`.

A group's module is imported when the group is called and not before: `yitong clock` must answer in half a second, and
importing Django alone takes longer. Each group is a Typer application of its own.
"""

import importlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """One word after `yitong`.

    `target` is `module:attribute` of a Typer application. `django`: its module needs the configured framework, except
    for the subcommands named in `pure`.
    """

    target: str
    summary: str
    django: bool = False
    pure: tuple[str, ...] = ()


GROUPS = {
    "run": Group("yitong.site.launcher_cli:app", "Set everything up and run the city: database, web server, worker."),
    "demo": Group("yitong.site.demo.cli:app", "Play the main job without a browser against a fresh database.", True),
    "clock": Group("yitong.kernel.clock_cli:app", "Legal time limits: due dates, counted and excluded days."),
    "id": Group("yitong.kernel.id_cli:app", "Identifiers and their check characters."),
    "catalog": Group("yitong.catalog.cli:app", "Service items: import, export, check.", True),
    "licence": Group("yitong.licences.cli:app", "Electronic licences: verify a file.", True),
    "licences": Group("yitong.site.licences_cli:app", "The library of e-licences: keys, arrivals.", True),
    "exchange": Group("yitong.exchange.cli:app", "Data sharing: list connectors, bring one in from a file.", True),
    "consents": Group("yitong.consents.cli:app", "Consents: keys of presentation codes, the log of looks.", True),
    "audit": Group("yitong.audit.cli:app", "The audit log: proofs and receipts.", True, ("check-proof", "verify")),
    "bench": Group("benchmarks.cli:app", "Measure speed and size beside their limits."),
}

MANAGE = "Pass the rest on to Django's own commands."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. `arguments` without the program's name, default `sys.argv[1:]`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    name = next((word for word in words if not word.startswith("-")), None)
    if name is None:
        return _overview(as_json) if not set(words) - {"--help", "-h", "--json"} else _unknown(words[0])
    if words[0] == "--json":
        # The option of the overview may stand first; for a group it belongs after it.
        words = [*words[1:], "--json"]
    if words[0] != name:
        return _unknown(words[0])
    rest = words[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    try:
        if name == "manage":
            return _manage(rest)
        if name not in GROUPS:
            return _unknown(name)
        return _call(name, GROUPS[name], rest)
    except KeyboardInterrupt:
        print("\nyitong: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain once more while closing the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _call(name: str, group: Group, rest: list[str]) -> int:
    if group.django and not (rest and rest[0] in group.pure):
        import django

        django.setup()
    module, _, attribute = group.target.partition(":")
    app = getattr(importlib.import_module(module), attribute)
    try:
        app(args=rest, prog_name=f"yitong {name}")
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        return end.code or 0
    except RuntimeError as error:
        if type(error).__name__ != "PostgresUnavailable":
            raise
        print(f"yitong: {error}", file=sys.stderr)
        return 1
    return 0


def _manage(rest: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["yitong manage", *rest])
    return 0


def _overview(as_json: bool) -> int:
    summaries = {name: group.summary for name, group in GROUPS.items()} | {"manage": MANAGE}
    if as_json:
        print(json.dumps({"commands": summaries}))
        return 0
    print("Usage: yitong COMMAND [OPTIONS]\n\nYitong, an integrated government-service platform.\n\nCommands:")
    for name, summary in summaries.items():
        print(f"  {name:<9} {summary}")
    print("\n'yitong COMMAND --help' tells more. '--json' prints results for programs.")
    return 0


def _unknown(word: str) -> int:
    known = ", ".join([*GROUPS, "manage"])
    print(f"yitong: there is no command {word!r}. Known: {known}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
