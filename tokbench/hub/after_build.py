"""The push that follows a build, as the table `[hub]` of its recipe says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokbench.contracts import Note, Report
from tokbench.errors import CheckFailed, HubError

if TYPE_CHECKING:
    from tokbench.artifact import Artifact
    from tokbench.recipe.tables import HubTarget


def require_login(report: Report) -> None:
    """Raise `HubError` where nobody is logged in whom the Hub knows."""
    from tokbench.hub.asking import asking

    with asking(report) as hub:
        hub.ask("hub", hub.api.whoami)


def publish(artifact: Artifact, target: HubTarget, report: Report) -> None:
    """Push what was built here, and note where it went.

    Raises `HubError` or `CheckFailed`; the artifact stays, and the message says so.
    """
    from tokbench.hub.pushing import push

    try:
        pushed = push(artifact, target, report=report)
    except (HubError, CheckFailed) as error:
        raise type(error)(f"{artifact.path} is built, and was not pushed: {error}") from error
    report(Note(pushed.summary()))
