"""`tokbench push`: an artifact goes to the Hub, and is proved there."""

from __future__ import annotations

from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench push finnish me/finnish",
        "tokbench push finnish my-organization/finnish --private",
        "tokbench push finnish somebody/finnish --pull-request",
    ),
)
@click.argument("artifact", type=click.Path(path_type=Path))
@click.argument("repository", metavar="OWNER/NAME")
@click.option("--private", is_flag=True, help="Let only its owner read it; an open repository is refused.")
@click.option("--revision", metavar="BRANCH", help="The branch to push to, made where it is missing; by default main.")
@click.option("--pull-request", is_flag=True, help="Propose it to a repository, as who may not write there does.")
@click.option("-m", "--message", help="The title of the commit.")
@click.option("--force", is_flag=True, help="Replace files that somebody else wrote.")
@options.trust_remote_code
def push(
    artifact: Path,
    repository: str,
    private: bool,
    revision: str | None,
    pull_request: bool,
    message: str | None,
    force: bool,
    trust_remote_code: bool,
) -> None:
    """Publish an artifact on the Hub, and prove it there.

    What is pushed stands on a branch of its own until a fresh process has downloaded it and found the same files and
    ids; only then is it committed to the branch that others load. You are logged in by 'hf auth login' or HF_TOKEN.
    """
    from tokbench.cli import console
    from tokbench.hub import pushing
    from tokbench.recipe.tables import HubTarget

    target = HubTarget(pushing.require_id(repository), private, revision, pull_request)
    with console.progress() as report:
        done = pushing.push(
            artifact, target, message=message, force=force, trust_remote_code=trust_remote_code, report=report
        )
    console.line(done.summary())
