"""How the Hub is asked: by the client of `huggingface_hub` and its login, with waits as the Hub says.

    with asking(report) as hub:
        hub.ask("me/finnish", hub.api.create_repo, "me/finnish", exist_ok=True)

Whatever goes wrong leaves as one sentence, a `HubError`, without a token in it or in what it came from.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from tokbench.contracts import Note, Report
from tokbench.errors import HubError
from tokbench.hub.sentences import cleaned, found_in, redacted, retry_after, sentence

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Result = TypeVar("Result")

TRIES = 5
"""How often a request is made that the Hub puts off."""
LONGEST_WAIT = 300
"""Seconds that are waited, together, when the Hub asks for it; for more, the user is told when to come again."""
SILENCE = 60
"""Seconds after which a server that says nothing is given up."""
PUT_OFF = (429, 503)
"""What the Hub answers when a request should come again later."""


class Hub:
    """The Hub, for as long as one command needs it."""

    def __init__(self, api: HfApi, report: Report) -> None:
        self.api = api
        self._report = report

    def ask(self, where: str, call: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Return what a call of the client gives; `where` is what messages begin with, the repository or a file.

        A request that the Hub puts off is made again after the seconds that it names. Raises `HubError` for everything
        else that the Hub, the network or the disk refuses.
        """
        waited = 0
        for tried in range(1, TRIES + 1):
            try:
                return call(*arguments, **options)
            except Exception as error:
                seconds = retry_after(error)
                if seconds is None or tried == TRIES or waited + seconds > LONGEST_WAIT:
                    said = sentence(where, error)
                    if said is None:  # no answer of the Hub, but a bug
                        raise
                    raise HubError(said) from cleaned(error)
            self._report(Note(f"the Hub asks to wait {seconds} s"))
            time.sleep(seconds)
            waited += seconds
        raise AssertionError("the last try returns or raises")


@contextlib.contextmanager
def asking(report: Report) -> Iterator[Hub]:
    """Give the Hub; meanwhile `huggingface_hub` draws and prints nothing, and what it waits for is reported."""
    from importlib.metadata import version

    from huggingface_hub import HfApi, get_session

    session = get_session()
    hooks, timeout = session.event_hooks, session.timeout
    session.event_hooks = {**hooks, "response": [*hooks["response"], _impatient]}
    session.timeout = SILENCE
    try:
        with _quiet(report):
            yield Hub(HfApi(library_name="tokbench", library_version=version("tokbench")), report)
    finally:
        session.event_hooks, session.timeout = hooks, timeout


def _impatient(response: Any) -> None:
    """Raise where the Hub asks for a longer wait than anybody sits through; the client would sleep, and say nothing."""
    if response.status_code in PUT_OFF and (found_in(response.headers) or 0) > LONGEST_WAIT:
        from huggingface_hub.errors import HfHubHTTPError

        raise HfHubHTTPError(f"put off by {response.status_code}", response=response)


@contextlib.contextmanager
def _quiet(report: Report) -> Iterator[None]:
    """Note what `huggingface_hub` warns of, and its waits; drop the rest of its log, which may tell secrets."""
    utils: Any = importlib.import_module("huggingface_hub.utils")
    logger = logging.getLogger("huggingface_hub")
    handlers, logger.handlers = logger.handlers, [_Waits(report)]
    propagates, logger.propagate = logger.propagate, False
    drawn = not utils.are_progress_bars_disabled()
    if drawn:
        utils.disable_progress_bars()
    try:
        with warnings.catch_warnings(record=True) as told:
            yield
        for said in dict.fromkeys(str(warning.message) for warning in told):
            report(Note(redacted(" ".join(said.split()))))
    finally:
        logger.handlers, logger.propagate = handlers, propagates
        if drawn:
            utils.enable_progress_bars()


class _Waits(logging.Handler):
    """Reports that the client waits before it tries again, of which it logs ``Retrying in 2s [Retry 2/5].``."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self._tell = report

    def emit(self, record: logging.LogRecord) -> None:
        """Report a wait."""
        said = record.getMessage()
        if said.startswith(("Rate limited. Waiting", "Retrying in")):
            self._tell(Note(f"the Hub does not answer as it should: {said[0].lower()}{said[1:].rstrip('.')}"))
