"""The manifest is stable JSON, and says apart what differs from run to run."""

from __future__ import annotations

import json
from dataclasses import replace

from tokbench.checks.expected import Promised
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.contracts import Tally
from tokbench.counting.words import WordCounts
from tokbench.manifest import Built, Run, counted, describe, peak_memory, promised, to_json

BUILT = Built(
    "x", Promised("spaces", 100, ("<s>",)), Tally(2, 10, skipped={"b": 1, "a": 2}, digests={"u": "00"}), 0, ("u", "v")
)


def test_only_run_differs_from_run_to_run() -> None:
    """Seconds, memory and threads change one table and nothing else."""
    slow = replace(BUILT, run=Run({"count": 9.5}, 10**9, 1))
    one, other = describe(BUILT), describe(slow)
    assert one.pop("run") != other.pop("run")
    assert to_json(one) == to_json(other)


def test_order_has_no_meaning_where_names_are() -> None:
    """Skipped reasons and packages are sorted; units stand in the order in which they were read."""
    described = describe(replace(BUILT, packages={"b": "2", "a": "1"}))
    assert list(described["corpus"]["skipped"]) == ["a", "b"]
    assert list(described["packages"]) == ["a", "b"]
    assert described["corpus"]["units"] == [{"name": "u", "sha256": "00"}, {"name": "v", "sha256": None}]


def test_promises_are_read_back() -> None:
    """What a build was held to is what a later check holds it to."""
    assert promised(json.loads(to_json(describe(BUILT)))) == BUILT.promised


def test_checks_are_told_or_said_to_be_missing() -> None:
    """A reader sees whether anything was proved."""
    assert describe(BUILT)["checks"] == {"ran": False}
    found = CheckReport((CheckResult("ids", True, "3 texts"),), "ab", ("nothing is perfect",))
    assert describe(replace(BUILT, checks=found))["checks"] == {
        "ran": True,
        "probes": "ab",
        "results": [{"name": "ids", "passed": True, "detail": "3 texts"}],
        "limitations": ["nothing is perfect"],
    }


def test_words_are_counted_and_digested() -> None:
    """Equal counts, equal digest, whatever the order."""
    one, other = WordCounts.of([("a", 2), ("b", 3)]), WordCounts.of([("b", 3), ("a", 2)])
    assert counted(one) == counted(other)
    assert (counted(one)["distinct"], counted(one)["total"]) == (2, 5)


def test_json_is_utf8_with_a_newline() -> None:
    """Files are readable as they are."""
    assert to_json({"ä": "→"}) == '{\n  "ä": "→"\n}\n'


def test_memory_is_told_in_bytes() -> None:
    """A Python process holds more than a megabyte."""
    assert (peak_memory() or 2**21) > 2**20
