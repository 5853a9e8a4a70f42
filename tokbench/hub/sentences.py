"""What the Hub, the network and the disk refuse, in one sentence, and without a secret.

401, "Invalid credentials"  →  me/finnish: the Hub does not know you (401); log in with 'hf auth login', or …
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

SECRETS = re.compile(r"\b(?:hf|api_org)_[A-Za-z0-9]{8,}|(?<=://)[^/@\s]+@|(?<=[\w/]\?)[^\s'\"]+|\bBearer\s+\S+")
"""Tokens, a login in an address, and the query of an address, in which signatures stand."""
HIDDEN = "…"
XET = (ConnectionError, TimeoutError, PermissionError)

STATUSES = {
    400: "the Hub does not take what was sent ({said}); mend that, and try again",
    401: "the Hub does not know you ({said}); log in with 'hf auth login', or set HF_TOKEN",
    403: "you may not do that there ({said}); log in with a token that may write, ask its owner, or propose it with"
    " --pull-request",
    404: "the Hub has no such thing ({said}); check the id, and HF_ENDPOINT",
    409: "the Hub is busy with something else there ({said}); try again in a moment",
    412: "somebody else has committed meanwhile ({said}), and that stays; push again",
    413: "it is too large for the Hub ({said}); ask the Hub for room",
    429: "the Hub asks to come again {later} ({said}); do that then",
}
FAILED = "the Hub failed ({said}); try again {later}"


def sentence(where: str, error: BaseException) -> str | None:
    """Return what went wrong, and how to mend it; None for an error that is none of the Hub's."""
    for kind in (_of_the_card, _of_the_client, _of_the_machine, _of_an_answer):
        for cause in chain(error):
            if said := kind(cause):
                return redacted(f"{where}: {said}")
    return None


def _of_the_card(error: BaseException) -> str | None:
    """Return the sentence for metadata of the card that the Hub judged before anything was uploaded."""
    first, _, rest = str(error).partition("\n")
    if not isinstance(error, ValueError) or "Invalid metadata" not in first:
        return None
    said = "; ".join(line.strip("- ") for line in rest.splitlines())
    return f"the Hub does not take the card's metadata ({said}); mend [card] in the recipe, and build again"


def _of_the_client(error: BaseException) -> str | None:
    """Return the sentence for what `huggingface_hub`, or the HTTP client below it, raises."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    match error:
        case errors.OfflineModeIsEnabled():
            return "HF_HUB_OFFLINE keeps from asking the Hub; unset it"
        case errors.GatedRepoError():
            return "it is gated; ask for access on its page, and log in with 'hf auth login'"
        case errors.RevisionNotFoundError():
            return "it has no such revision; give a branch, a tag or a commit that it has"
        case errors.RepositoryNotFoundError():
            return "there is no such repository, or you may not see it; check the id, and log in with 'hf auth login'"
        case errors.HfHubHTTPError():
            return _of_the_status(error)
        case errors.LocalTokenNotFoundError():
            return STATUSES[401].format(said="there is no login")
        case errors.HFValidationError():
            return f"{_line(error)}; write it as owner/name"
        case errors.FileMetadataError():
            return f"that is no Hub ({_line(error)}); check HF_ENDPOINT"
        case HTTPError():
            return f"the Hub cannot be reached ({_line(error)}); check the network and HF_ENDPOINT"
    return None


def _of_an_answer(error: BaseException) -> str | None:
    """Return the sentence for what the client makes of an answer, which may be no JSON where JSON is due."""
    if isinstance(error, ValueError | KeyError):
        return f"the Hub gave an answer that nobody understands ({_line(error)}); check HF_ENDPOINT"
    if isinstance(error, RuntimeError) or type(error).__name__.startswith(
        "Xet"
    ):  # from hf_xet, which moves large files
        return f"the transfer failed ({_line(error)}); try again"
    return None


def _of_the_status(error: Any) -> str:
    status = error.response.status_code
    said = f"{status}: {error.server_message}" if error.server_message else str(status)
    seconds = found_in(error.response.headers)
    later = "later" if seconds is None else f"in {seconds} s"
    return STATUSES.get(status, FAILED).format(said=" ".join(said.split())[:200], later=later)


def _of_the_machine(error: BaseException) -> str | None:
    """Return the sentence for a disk that is full, and the like, and for what moves large files."""
    if not isinstance(error, OSError):
        return None
    if error.errno is None:  # hf_xet, which moves large files, raises Python's own: ConnectionError, PermissionError
        return f"the transfer failed ({_line(error)}); try again" if isinstance(error, XET) else None
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{os.strerror(error.errno)}; mend that, and try again"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from: the client wraps what threads raise, and keeps the cause."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += [one.__cause__, one.__context__]


def retry_after(error: BaseException) -> int | None:
    """Return after how many seconds the Hub wants to be asked again; None where it does not put off."""
    from huggingface_hub.errors import HfHubHTTPError

    for cause in chain(error):
        if isinstance(cause, HfHubHTTPError) and cause.response.status_code in (429, 503):
            return found_in(cause.response.headers)
    return None


def found_in(headers: Mapping[str, str]) -> int | None:
    """Return the seconds in ``Retry-After: 30``, or in ``RateLimit: "api";r=0;t=30``."""
    said = {name.lower(): value for name, value in headers.items()}
    if (after := said.get("retry-after", "").strip()).isdigit():
        return int(after)
    left = re.search(r"\br=0\s*;\s*t=(\d+)", said.get("ratelimit", ""))
    return int(left[1]) if left else None


# ---------------------------------------------------------------- secrets


def redacted(text: str) -> str:
    """Return text in which no token can be read: neither the user's own nor what looks like one."""
    from huggingface_hub import get_token

    token = get_token()
    return SECRETS.sub(HIDDEN, text.replace(token, HIDDEN) if token else text)


def cleaned(error: BaseException) -> BaseException:
    """Return the error after its messages, and those of what it came from, lost their secrets: tracebacks show them."""
    for cause in chain(error):
        cause.args = tuple(redacted(part) if isinstance(part, str) else part for part in cause.args)
        if isinstance(getattr(cause, "server_message", None), str):
            cause.server_message = redacted(cause.server_message)  # type: ignore[attr-defined]
    return error


def _line(error: BaseException) -> str:
    said = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
