"""``yitong licences``: the library's commands, put together from the contexts that own them."""

from __future__ import annotations

import typer

from yitong.ingest.cli import ingest
from yitong.licences.keys_cli import check, renew_proof_keys, rotate_keys

app = typer.Typer(help="The library of e-licences.", no_args_is_help=True)
app.command("rotate-keys")(rotate_keys)
app.command("renew-proof-keys")(renew_proof_keys)
app.command("check")(check)
app.command("ingest")(ingest)


@app.callback()
def licences() -> None:
    """The library of e-licences."""
