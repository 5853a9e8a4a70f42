"""The program that proves a repository of the Hub: it gives back the files, and a tokenizer that does the same.

It runs in a fresh process with an empty cache, and imports stock libraries only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .code import Hidden
from .proofs import Failed, ids_of, same

TRIES = 5
LONGEST_WAIT = 300
"""Seconds that the Hub may ask to wait."""

Check = Callable[[dict[str, Any]], str]


def check_download(job: dict[str, Any]) -> str:
    """Check that every file comes back as it was sent."""
    from huggingface_hub import hf_hub_download

    for name, sha256 in job["files"].items():
        path = patiently(hf_hub_download, job["repository"], name, revision=job["revision"])
        if hashlib.sha256(Path(path).read_bytes()).hexdigest() != sha256:
            raise Failed(f"{name} comes back with another content")
    return f"{len(job['files'])} files"


def check_loading(job: dict[str, Any]) -> str:
    """Check that stock transformers loads it by its id, and what the folder holds."""
    from transformers import AutoTokenizer

    code = {"trust_remote_code": True} if job["trust_remote_code"] else {}
    job["there"] = patiently(AutoTokenizer.from_pretrained, job["repository"], revision=job["revision"], **code)
    job["here"] = AutoTokenizer.from_pretrained(job["folder"], local_files_only=True, **code)
    return type(job["there"]).__name__


def check_ids(job: dict[str, Any]) -> str:
    """Check the ids of the texts, with special tokens around them and without."""
    there, here, texts = job["there"], job["here"], job["texts"]
    same("ids", texts, there(texts)["input_ids"], here(texts)["input_ids"])
    return same("ids", texts, ids_of(there, texts), ids_of(here, texts))


def check_offsets(job: dict[str, Any]) -> str:
    """Check where in the texts the tokens stand."""
    found, expected = (
        job[side](job["texts"], return_offsets_mapping=True)["offset_mapping"] for side in ("there", "here")
    )
    return same("offsets", job["texts"], found, expected)


def check_decoding(job: dict[str, Any]) -> str:
    """Check what becomes of the ids."""
    ids = ids_of(job["here"], job["texts"])
    return same("text", job["texts"], *([job[side].decode(each) for each in ids] for side in ("there", "here")))


CHECKS: tuple[Check, ...] = (check_download, check_loading, check_ids, check_offsets, check_decoding)


def results(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the result of each check, up to the first that fails: the others build on it.

    A download that the network or the disk cut off proves nothing; it is `unfinished`.
    """
    for check in CHECKS:
        name = check.__name__.removeprefix("check_")
        try:
            yield {"name": name, "passed": True, "detail": check(job)}
        except Exception as error:  # whatever a library raises is what a user would meet
            said = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
            unfinished = check is check_download and not (isinstance(error, Failed) or status_of(error) == 404)
            yield {"name": name, "passed": False, "detail": " ".join(said.split())[:300], "unfinished": unfinished}
            return


def patiently(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Return what a call gives, made again after the seconds that the Hub asks to wait."""
    for tries_left in reversed(range(TRIES)):
        try:
            return call(*arguments, **options)
        except Exception as error:  # noqa: PERF203
            seconds = asked_to_wait(error)
            if seconds is None or seconds > LONGEST_WAIT or not tries_left:
                raise
            time.sleep(seconds)
    return None


def asked_to_wait(error: BaseException) -> int | None:
    """Return the seconds of ``Retry-After``, where the Hub put off a request."""
    said = response.headers.get("Retry-After", "") if (response := answer_in(error)) is not None else ""
    return int(said) if status_of(error) in (429, 503) and said.isdigit() else None


def status_of(error: BaseException) -> int | None:
    """Return the status of the answer that an error tells of."""
    return getattr(answer_in(error), "status_code", None)


def answer_in(error: BaseException | None) -> Any:
    """Return the answer that an error, or what it came from, carries; None where there was none."""
    while error is not None:
        if (response := getattr(error, "response", None)) is not None:
            return response
        error = error.__cause__ or error.__context__
    return None


def main() -> None:
    """Answer the job on standard input; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    job = json.load(sys.stdin)
    sys.meta_path.insert(0, Hidden(["tokbench"]))  # whoever loads it from the Hub has none
    if not job["trust_remote_code"]:  # torch takes longer to import than all the rest, and ids need none of it
        sys.modules["torch"] = None  # type: ignore[assignment]
    for result in results(job):
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
