"""
The command `kg`: one module per command, each options → one call → rendering.

Exit codes: 0 fine; 1 findings at or above `--fail-on`; 2 usage or configuration; 3 environment; 70 a bug of ours.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from difflib import get_close_matches
from importlib import import_module

import click

from kg import __version__
from kg.cli.interrupting import STOPPED
from kg.cli.start import Start
from kg.model.errors import KgError

# Help texts stand here too, so that `kg --help` imports no command.
_COMMANDS = {
    "init": "Begin a project in a folder.",
    "build": "Build the graph from the facts.",
    "check": "Check the facts: while reading, then against the shapes.",
    "review": "Look at what a machine proposed: accept, edit, reject.",
    "query": "Ask the graph: a named query, a file, or standard input.",
    "extract": "Propose facts from a report, for review.",
    "why": "Show who says so, in which words, and where it is written.",
    "export": "Write the graph out: for Gephi, maps, tables, RDF tools, or as a page.",
    "diff": "Show what changed between two builds or two git revisions.",
    "stats": "Count what is in the graph.",
    "schema": "Write the JSON Schema of facts files, for editors.",
    "explain": "Explain a finding, a shape, a class or a key.",
}


class _ReaderGone(Exception):
    """A closed pipe, in a form that click does not take for a failure."""


class _Commands(click.Group):
    """Finds commands by name and imports the one that is run."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGone from error
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # what DuckDB makes of Ctrl-C
                raise KeyboardInterrupt from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"kg.cli.{cmd_name}").command
        command.help = (command.help or "").replace("\\b\n", "\b\n")  # click's mark for lines to keep as they are
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], _COMMANDS, n=1)
            raise click.UsageError(
                f"there is no command '{args[0]}'." + (f" Did you mean '{near[0]}'?" if near else ""), ctx
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg", message="%(prog)s %(version)s")
@click.option("-C", "--project", "folder", default=".", metavar="FOLDER", help="The project folder, or one below it.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of kg.toml, for this once.")
@click.pass_context
def cli(ctx: click.Context, folder: str, settings: tuple[str, ...]) -> None:
    """Facts about armed conflict as a graph in which every statement leads back to the words that say it."""
    ctx.obj = Start(folder, _settings(settings))


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise click.UsageError(f"--set takes NAME=VALUE, not '{name}'")
    return {name: value for name, _, value in pairs}


def main() -> None:
    """Run the command line; a mistake ends in a message, and only a bug of ours in a traceback."""
    # Facts make millions of small objects and no cycles: looking for some at the default rate doubles the time.
    gc.set_threshold(200_000, 20, 20)
    # Whoever ends a build with `kill` wants its temporary folders gone as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_code())


def _code() -> int:
    """Run the command, and give its exit code; whatever it was stopped in is let go before the process ends."""
    try:
        code = cli.main(prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return STOPPED
    except (BrokenPipeError, _ReaderGone):
        # Whoever read our output (head, less) has gone: not an error.
        _forget_output()
        return 0
    except KgError as error:
        click.echo(f"kg: {error.message}", err=True)
        if error.hint:
            click.echo(f"  hint: {error.hint}", err=True)
        return error.exit_code
    except OSError as error:
        click.echo(f"kg: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", err=True)
        _forget_output()
        return 3
    except Exception:  # noqa: BLE001 - the last line of defence: what comes here is a bug, and says so
        import traceback

        traceback.print_exc()
        click.echo("\nkg: this is a bug in kg, not a mistake of yours. Please report the lines above.", err=True)
        return 70
    return int(code or 0)


def _forget_output() -> None:
    """Keep Python from writing what is left into an output that has failed already."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
