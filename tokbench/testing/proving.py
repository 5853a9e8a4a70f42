"""How a promise is put to the test, and how one that was refuted is told: by the smallest text that refutes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Example = TypeVar("Example")

EXAMPLES = 100
"""How many examples are drawn for one promise."""


class Refuted(AssertionError):
    """A promise of a part that an example refutes."""


def require(holds: object, what: str) -> None:
    """Raise `Refuted` with a sentence unless something holds."""
    if not holds:
        raise Refuted(what)


def require_equal(found: object, expected: object, what: str) -> None:
    """Raise `Refuted` unless two results are equal, and show both: ``offsets of 'a b': [(0, 1)], not [(0, 3)]``."""
    if found != expected:
        raise Refuted(f"{what}: {found!r}, not {expected!r}")


def for_each(check: Callable[[Example], None], examples: Iterable[Example]) -> None:
    """Try written examples from the shortest to the longest, so that the first refuted is the smallest."""
    for example in sorted(examples, key=_size):
        check(example)


def for_any(check: Callable[[Example], None], strategy: st.SearchStrategy[Example]) -> None:
    """Try drawn examples, always the same ones, and make one that refutes as small as it gets."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def trial(example: Example) -> None:
        check(example)

    trial()


def _size(example: Any) -> tuple[int, str]:
    shown = example if isinstance(example, str) else "".join(map(str, example))
    return len(shown), shown
