"""`tokbench completion`: the script that a shell loads to complete commands and options."""

from __future__ import annotations

import click

from tokbench.cli import options

SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=options.examples(
        "tokbench completion bash >> ~/.bashrc",
        "tokbench completion zsh >> ~/.zshrc",
        "tokbench completion fish > ~/.config/fish/completions/tokbench.fish",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands in a shell."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    from tokbench.cli import console
    from tokbench.cli.main import main

    scripts = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    console.line(scripts[shell](main, {}, "tokbench", "_TOKBENCH_COMPLETE").source())
