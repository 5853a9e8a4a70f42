"""No secret passes, whatever the text around it; what is not secret stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.hub.sentences import cleaned, found_in, redacted, sentence

TOKENS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=20, max_size=40)
AROUND = st.text(" \n\t.,;:!?'\"äß(){}[]-/", max_size=20)


@given(token=TOKENS, before=AROUND, after=AROUND)
def test_no_token_passes(token: str, before: str, after: str) -> None:
    """As a word of a text, in an address, in a header."""
    for said in (f"{before} hf_{token} {after}", f"https://me:{token}@hub/a?x={token}", f"{before} Bearer {token}"):
        assert token not in redacted(said)


@given(token=TOKENS)
def test_the_users_own_token_passes_nowhere(token: str) -> None:
    """Also where it looks like none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", token)
        assert token not in redacted(f"a{token}b")


@pytest.mark.parametrize("text", ["unset HF_HUB_OFFLINE", "is it so? yes", "hf auth login", "http://127.0.0.1:80/me/x"])
def test_what_is_no_secret_stays(text: str) -> None:
    """Words that only look a little like one."""
    assert redacted(text) == text


def failing() -> None:
    """Fail as the client does, which wraps what its threads raise."""
    try:
        raise ValueError("for hf_abcdefghijklmnop")
    except ValueError as error:
        raise RuntimeError("with hf_abcdefghijklmnop") from error


def test_an_error_and_its_causes_lose_their_secrets() -> None:
    """Tracebacks show them all."""
    with pytest.raises(RuntimeError) as caught:
        failing()
    assert cleaned(caught.value) is caught.value
    assert (str(caught.value), str(caught.value.__cause__)) == ("with …", "for …")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30),
        ({"retry-after": " 0 "}, 0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"RateLimit": '"api";r=0;t=55'}, 55),
        ({"RateLimit": '"api";r=12;t=55'}, None),
    ],
)
def test_the_seconds_that_a_server_asks_for(headers: dict[str, str], seconds: int | None) -> None:
    """In either of two headers."""
    assert found_in(headers) == seconds


def test_a_bug_has_no_sentence() -> None:
    """What is none of the Hub's, the network's or the disk's keeps its traceback."""
    assert sentence("me/x", ZeroDivisionError("a bug")) is None
    assert sentence("me/x", OSError("without a number")) is None
    assert sentence("me/x", OSError(28, "No space left on device", "a.txt")) == (
        "me/x: a.txt: No space left on device; mend that, and try again"
    )
