"""``completion``: the script that lets a shell complete chainmap's words.

click knows bash, zsh and fish; PowerShell, the shell of a Windows desktop, is added here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from chainmap.cli.formatting import command
from chainmap.cli.params import Choice

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_CHAINMAP_COMPLETE"

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:%(complete_var)s = "powershell_complete"
    $env:COMP_WORDS = $commandAst.ToString()
    $env:COMP_INCOMPLETE = $wordToComplete
    %(prog_name)s | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, "ParameterValue", $_)
    }
    $env:%(complete_var)s = $null
    $env:COMP_WORDS = $null
    $env:COMP_INCOMPLETE = $null
}
"""


@add_completion_class
class PowerShellComplete(ShellComplete):
    """Completion for Windows PowerShell and PowerShell 7, one word a line."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor and the word being typed."""
        words = split_arg_string(os.environ["COMP_WORDS"])[1:]
        incomplete = os.environ.get("COMP_INCOMPLETE", "")
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Return the word alone: a line is one completion."""
        return str(item.value)


@command("completion")
@click.argument("shell", metavar="|".join(SHELLS), type=Choice(*SHELLS))
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    script = get_completion_class(shell) or PowerShellComplete
    root = click.get_current_context().find_root().command
    click.echo(script(root, {}, "chainmap", VARIABLE).source())
