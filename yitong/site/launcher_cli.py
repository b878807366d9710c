"""`yitong run`: the options of the launcher."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def run(
    port: Annotated[int, typer.Option(help="The port to listen on; when it is busy, the next free one.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Start without the demonstration city.")] = False,
    setup_only: Annotated[bool, typer.Option("--setup-only", help="Prepare everything, start nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Set up what is missing, start the web server and the job worker, and keep them running until Ctrl-C."""
    from yitong.site.launcher import Launcher, Output
    from yitong.site.postgres import PostgresUnavailable

    try:
        launcher = Launcher(host=host, port=port, demo=not no_demo, output=Output(as_json))
        code = launcher.prepare() if setup_only else launcher.run()
    except PostgresUnavailable as error:
        typer.echo(f"yitong: {error}", err=True)
        code = 1
    raise typer.Exit(code)
