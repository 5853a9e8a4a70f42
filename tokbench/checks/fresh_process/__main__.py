"""The program: run the proofs in order, and say how each one ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from . import code, model_types, trained, use
from .proofs import Failed, Job, Loaded

CHECKS: tuple[Callable[[Loaded], str], ...] = (
    trained.check_vocabulary,
    trained.check_ids,
    trained.check_offsets,
    trained.check_decoding,
    trained.check_special_tokens,
    trained.check_pairs,
    use.check_batches,
    use.check_padding,
    use.check_truncation,
    use.check_overflow,
    use.check_tensors,
    use.check_pickling,
    use.check_chat_template,
    use.check_saving_again,
    model_types.check_model_types,
)
CODE_CHECKS: tuple[Callable[[Loaded], str], ...] = (code.check_code,)
"""Those of a tokenizer that carries code."""


def results(job: Job) -> Iterator[dict[str, Any]]:
    """Yield the result of each proof, loading first; without a tokenizer there is nothing else to try."""
    try:
        loaded = Loaded(job)
    except Exception as error:  # a folder that does not load is a proof that failed
        yield {"name": "loading", "passed": False, "detail": f"{type(error).__name__}: {error}"}
        return
    yield {"name": "loading", "passed": True, "detail": type(loaded.tokenizer).__name__}
    for check in (*CHECKS, *(CODE_CHECKS if job.get("code") else ())):
        yield result_of(check, loaded)
    yield {"limitations": loaded.limitations, "decoded": loaded.decoded}


def result_of(check: Callable[[Loaded], str], loaded: Loaded) -> dict[str, Any]:
    """Run one proof; an error inside it is a proof that failed, told with its type."""
    name = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return {"name": name, "passed": True, "detail": check(loaded)}
    except Failed as failure:
        return {"name": name, "passed": False, "detail": str(failure)}
    except Exception as error:
        return {"name": name, "passed": False, "detail": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer the job on standard input; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    job = json.load(sys.stdin)
    sys.meta_path.insert(0, code.Hidden(job["hidden"]))
    for result in results(job):
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
