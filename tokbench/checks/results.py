"""What the checks found."""

from __future__ import annotations

from dataclasses import dataclass

from tokbench.errors import CheckFailed


@dataclass(frozen=True)
class CheckResult:
    """One proof: its name, whether it held, and what was seen.

    `detail` is the first example that failed where one did, else what the proof covered.
    """

    name: str
    passed: bool
    detail: str = ""

    def __str__(self) -> str:
        """Return ``failed: ids: 'naïve' gave [5, 9], and must give [5, 8]``."""
        verdict = "passed" if self.passed else "failed"
        return ": ".join(piece for piece in (verdict, self.name, self.detail) if piece)


@dataclass(frozen=True)
class CheckReport:
    """All proofs on one artifact, in the order in which they were tried."""

    results: tuple[CheckResult, ...]
    probes: str
    """sha256 of how the trained tokenizer encodes the probe texts: what a later check compares with."""
    limitations: tuple[str, ...] = ()
    """What the artifact cannot promise under stock `transformers`, each a sentence for the card."""

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """Return the proofs that did not hold."""
        return tuple(result for result in self.results if not result.passed)

    def require(self) -> None:
        """Raise `CheckFailed` with every proof that did not hold."""
        if self.failed:
            raise CheckFailed("\n".join(f"{result.name}: {result.detail}" for result in self.failed))
