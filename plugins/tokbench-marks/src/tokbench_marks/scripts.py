"""A token before a text that tells what it is written in, as multilingual models have one for the language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokbench.contracts import TokenSpan


@dataclass(frozen=True)
class ScriptTag:
    """Put a token before a text that tells its script: "สวัสดี" gets "<th>", and "hello" gets "<en>".

    tags: of each token, the characters that call for it, as a class of a regular expression has them: "ก-๛"
    otherwise: the token of a text that has none of them
    """

    tags: dict[str, str]
    otherwise: str

    def __post_init__(self) -> None:
        for token, characters in self.tags.items():
            _check(token, characters)

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens, which the vocabulary must hold."""
        return tuple(dict.fromkeys((*self.tags, self.otherwise)))

    def build(self, ids: Mapping[str, int]) -> ScriptTag:  # noqa: ARG002
        """Return the part itself: it has the methods of a post-processor."""
        return self

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """Return how many tokens are added: one to each text."""
        return 2 if is_pair else 1

    def process(self, first: TokenSpan, second: TokenSpan | None) -> list[list[str | TokenSpan]]:
        """Return each text with its token before it."""
        texts = [first] if second is None else [first, second]
        return [[self.tag(text.text), text] for text in texts]

    def tag(self, text: str | list[str]) -> str:
        """Return the token that most characters call for, the first of several; words are looked at together."""
        whole = text if isinstance(text, str) else " ".join(text)
        counts = {token: len(re.findall(f"[{characters}]", whole)) for token, characters in self.tags.items()}
        most = max(counts.values(), default=0)
        return next((token for token, count in counts.items() if count == most), "") if most else self.otherwise


def _check(token: str, characters: str) -> None:
    said = f"tags: '{characters}' of '{token}' is no class of characters"
    try:
        re.compile(f"[{characters}]")
    except re.error as error:
        raise ValueError(f"{said}: {error}") from error
    # A bracket that is neither first nor escaped ends the class, and what follows would stand behind it.
    if "]" in re.sub(r"\\.", "x", characters, flags=re.DOTALL).removeprefix("^")[1:]:
        raise ValueError(f"{said}: write the bracket in it as \\]")
