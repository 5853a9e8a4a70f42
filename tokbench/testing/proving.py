"""How a promise is put to the test, and how one that was refuted is told: by the smallest example that refutes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Example = TypeVar("Example")

EXAMPLES = 100
"""How many examples are drawn for one promise."""


class Refuted(AssertionError):
    """A promise of a part that an example refutes."""


def when_refuted(error: Any) -> bool:
    """Tell pytest, of an `ExceptionInfo`, to show the test and the sentence and none of the kit's lines between."""
    return bool(error.errisinstance(Refuted))


__tracebackhide__ = when_refuted


def require(holds: object, what: str) -> None:
    """Raise `Refuted` with a sentence unless something holds."""
    if not holds:
        raise Refuted(what)


def require_equal(found: object, expected: object, what: str) -> None:
    """Raise `Refuted` unless two results are equal, and show both: ``offsets of 'a b': [(0, 1)], not [(0, 3)]``."""
    if found != expected:
        raise Refuted(f"{what}: {found!r}, not {expected!r}")


def for_each(
    check: Callable[[Example], None], examples: Iterable[Example], allowed: Callable[[Example], bool] = lambda _: True
) -> None:
    """Try written examples, texts or tuples of texts; one that refutes is cut down as long as what is left does too.

    `allowed` tells which smaller ones may be tried. An error inside a part refutes it as a wrong result does.
    """
    for example in sorted(examples, key=_size):
        if refutation := _refutation(check, example):
            raise _smallest(check, example, refutation, allowed)


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
        if refutation := _refutation(check, example):
            raise refutation

    trial()


def _refutation(check: Callable[[Example], None], example: Example) -> Refuted | None:
    """Return what refutes a promise by this example, if something does; an error of the part's own is told with it."""
    try:
        check(example)
    except Refuted as refutation:
        return refutation
    except Exception as error:
        told = Refuted(f"{example!r}: {type(error).__name__}: {error}")
        told.__cause__ = error
        return told
    return None


def _smallest(
    check: Callable[[Example], None], example: Example, refutation: Refuted, allowed: Callable[[Example], bool]
) -> Refuted:
    """Return the refutation by what is left of an example when no stretch of it can be left out any more."""
    for smaller in _smaller(example):
        if allowed(smaller) and (found := _refutation(check, smaller)):
            return _smallest(check, smaller, found, allowed)
    return refutation


def _smaller(example: Any) -> Iterator[Any]:
    """Yield the example with stretches left out, the longest first: ``"abc" → "bc", "ac", "ab"``."""
    if isinstance(example, tuple):
        for place, text in enumerate(example):
            yield from ((*example[:place], shorter, *example[place + 1 :]) for shorter in _smaller(text))
        return
    length = len(example) // 2 or 1
    while length and example:
        yield from (example[:start] + example[start + length :] for start in range(0, len(example), length))
        length //= 2


def _size(example: Any) -> tuple[int, str]:
    shown = example if isinstance(example, str) else "".join(map(str, example))
    return len(shown), shown
