"""A pattern as a recipe gives it: literal text, or a regular expression of the engine of `tokenizers` (Oniguruma)."""

from __future__ import annotations

from tokenizers import Regex


def compiled(pattern: str | None, regex: str | None) -> str | Regex:
    """Return what `tokenizers` takes: the text itself, or the compiled expression.

    Raises `ValueError` unless exactly one is given, is not empty, and, if an expression, is one.
    """
    given = [text for text in (pattern, regex) if text is not None]
    if len(given) != 1:
        raise ValueError("give either 'pattern' (literal text) or 'regex', and not both")
    if not given[0]:
        raise ValueError(f"{'regex' if pattern is None else 'pattern'}: must not be empty")
    return given[0] if regex is None else _regex(regex)


def _regex(regex: str) -> Regex:
    try:
        return Regex(regex)
    except Exception as error:  # the engine's one error class
        raise ValueError(f"regex: {str(error).removeprefix('Oniguruma error: ')}, in {regex!r}") from error
