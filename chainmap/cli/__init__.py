"""The command line: parse, call one job, print; and the one place that ends the process.

The choice: commands are imported when called (``chainmap --help`` stays under 0.2 s), and every
exception becomes an exit code here and nowhere else (docs/exit-codes.md).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from chainmap.cli.formatting import Group, Option
from chainmap.cli.session import Session
from chainmap.errors import ChainmapError, InputRejected
from chainmap.texts import say
from chainmap.version import __version__

EXIT_USAGE = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130

COMMANDS = {
    "demo": "chainmap.cli.start:demo",
    "init": "chainmap.cli.start:init",
    "template": "chainmap.cli.start:template",
    "import": "chainmap.cli.imports:import_files",
    "link": "chainmap.cli.link:link",
    "review": "chainmap.cli.review:review",
    "match": "chainmap.cli.match:match",
    "decide": "chainmap.cli.decide:decide",
    "gaps": "chainmap.cli.gaps:gaps",
    "whatif": "chainmap.cli.whatif:whatif",
    "evaluate": "chainmap.cli.evaluate:evaluate",
    "graph": "chainmap.cli.graph:graph",
    "report": "chainmap.cli.report:report",
    "query": "chainmap.cli.query:query",
    "store": "chainmap.cli.store:store",
    "config": "chainmap.cli.settings:config",
    "doctor": "chainmap.cli.doctor:doctor",
    "completion": "chainmap.cli.completion:completion",
}
"""Command -> module:attribute, in the order of the main path."""


class Root(Group):
    """``chainmap``: its ``main`` turns whatever happens into an exit code."""

    def main(self, args: Sequence[str] | None = None, *_: object, **extra: Any) -> NoReturn:
        """Run one command line and end the process with its exit code."""
        _speak_utf8()
        if "_CHAINMAP_COMPLETE" in os.environ:
            importlib.import_module("chainmap.cli.completion")  # adds PowerShell to click's shells
        session = Session()
        extra |= {"standalone_mode": False, "obj": session}
        extra["prog_name"] = "chainmap"
        try:
            code = super().main(args, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            _stop_writing()
            code = 0
        except (click.Abort, KeyboardInterrupt):
            click.echo("\n" + say("cli.interrupted"), err=True)
            code = EXIT_INTERRUPTED
        except Exception as exc:  # the one place: everything ends as a sentence and a code
            code = _tell(exc, session)
        sys.exit(code if isinstance(code, int) else 0)


def _tell(exc: Exception, session: Session) -> int:
    """Tell an exception on stderr and return the exit code."""
    if isinstance(exc, click.UsageError):
        return _tell_usage(exc)
    if isinstance(exc, InputRejected):
        return _tell_rejected(exc, session)
    if isinstance(exc, ChainmapError):
        click.echo(say("cli.error", message=exc), err=True)
        return exc.exit_code
    if isinstance(exc, click.ClickException):
        click.echo(say("cli.error", message=exc.format_message()), err=True)
        return EXIT_USAGE
    traceback.print_exception(exc, file=sys.stderr)
    click.echo(say("cli.bug", version=__version__, python=sys.version.split()[0]), err=True)
    return EXIT_BUG


def _tell_rejected(exc: InputRejected, session: Session) -> int:
    from chainmap.cli.output import tell_findings

    tell_findings(exc.findings)
    click.echo(say("cli.error", message=exc), err=True)
    for note in getattr(exc, "__notes__", ()):
        session.presentation.tell_text(note)
    if session.presentation.format == "json":
        answer: dict[str, object] = {
            "schema": "chainmap.import/1",
            "run": {"version": __version__},
            "scope": {},
            "rows": [dict(row) for row in exc.rows],
            "findings": [finding.as_row() for finding in exc.findings],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
    return exc.exit_code


def _tell_usage(exc: click.UsageError) -> int:
    """Say in the user's language what is wrong with the command line, and where to look."""
    if type(exc).__name__ == "NoArgsIsHelpError":  # older clicks have no such class
        click.echo(exc.format_message(), err=True)
        return EXIT_USAGE
    # The parser raises before the context knows of it: then the innermost page is not known.
    ctx = exc.ctx
    if ctx is not None:
        click.echo(ctx.get_usage(), err=True)
    click.echo(say("cli.error", message=_usage_message(exc)), err=True)
    click.echo(say("cli.try_help", command=ctx.command_path if ctx else "chainmap"), err=True)
    return EXIT_USAGE


def _usage_message(exc: click.UsageError) -> str:
    hint = exc.param.get_error_hint(exc.ctx) if _has_context(exc) else ""  # type: ignore[attr-defined]
    if isinstance(exc, click.NoSuchOption):
        near = "、".join(exc.possibilities or [])
        tail = say("cli.did_you_mean", names=near) if near else ""
        return say("cli.no_option", name=exc.option_name, hint=tail)
    if isinstance(exc, click.MissingParameter):
        return say("cli.missing", name=hint)
    if isinstance(exc, click.BadParameter):
        return say("cli.bad_value", name=hint, message=exc.message)
    if isinstance(exc, click.BadOptionUsage):
        return say("cli.bad_option", name=exc.option_name)
    return exc.format_message()


def _has_context(exc: click.UsageError) -> bool:
    return exc.ctx is not None and getattr(exc, "param", None) is not None


def _speak_utf8() -> None:
    """Make pipes UTF-8 (Windows would use GBK) and let no odd character break a terminal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")


def _stop_writing() -> None:
    """Point stdout at nothing: the reader left, and the exit flush must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        click.echo(f"chainmap {__version__}")
        ctx.exit()


cli = Root(
    name="chainmap",
    lazy=COMMANDS,
    text_id="root",
    params=[
        Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version
        )
    ],
)


def main() -> NoReturn:
    """Run the command line of this process."""
    cli.main()
