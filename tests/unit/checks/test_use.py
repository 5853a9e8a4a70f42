"""Each proof of everyday use passes on what was built, and finds its fault."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.unit.shapes import SHAPES, TEXTS, build, byte_level, unigram, word_piece
from tokbench.checks.fresh_process import use
from tokbench.checks.fresh_process.proofs import Failed, Loaded
from tokbench.recipe.tables import Wrapper

from .jobs import edit, loaded

PROOFS = [
    use.check_batches,
    use.check_padding,
    use.check_truncation,
    use.check_overflow,
    use.check_tensors,
    use.check_pickling,
    use.check_chat_template,
    use.check_saving_again,
]


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_built_passes(tmp_path: Path, name: str) -> None:
    """Every proof holds for every shape."""
    under_proof = loaded(SHAPES[name](), tmp_path / "small")
    for proof in PROOFS:
        proof(under_proof)


class Spoiled:
    """A tokenizer with one fault: what `spoil` makes of its answers."""

    def __init__(self, tokenizer: Any, spoil: Callable[[Any, dict[str, Any]], Any]) -> None:
        self.__dict__.update(_tokenizer=tokenizer, _spoil=spoil)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._tokenizer, name, value)

    def __call__(self, *texts: Any, **options: Any) -> Any:
        return self._spoil(self._tokenizer(*texts, **options), options)


def spoiled(folder: Path, spoil: Callable[[Any, dict[str, Any]], Any]) -> Loaded:
    """Return byte-level BPE that answers wrongly."""
    under_proof = loaded(byte_level(), folder)
    under_proof.tokenizer = Spoiled(under_proof.tokenizer, spoil)
    return under_proof


def pads_wrongly(encoded: Any, options: dict[str, Any]) -> Any:
    """Pad on the other side than was asked for."""
    if "padding" in options:
        encoded["input_ids"] = [ids[::-1] for ids in encoded["input_ids"]]
    return encoded


def masks_nothing(encoded: Any, options: dict[str, Any]) -> Any:
    """Let the model attend to padding."""
    if "padding" in options:
        encoded["attention_mask"] = [[1] * len(mask) for mask in encoded["attention_mask"]]
    return encoded


def truncates_nothing(encoded: Any, options: dict[str, Any]) -> Any:
    """Keep everything, whatever the length."""
    if "truncation" in options and "add_special_tokens" not in options:
        encoded["input_ids"] = [*encoded["input_ids"], 0]
    return encoded


def loses_a_window(encoded: Any, options: dict[str, Any]) -> Any:
    """Forget the last window of a long text."""
    if "return_overflowing_tokens" in options:
        encoded["input_ids"] = encoded["input_ids"][:-1]
    return encoded


def loses_the_mask(encoded: Any, options: dict[str, Any]) -> Any:
    """Give no attention mask."""
    del encoded["attention_mask"]
    return encoded


@pytest.mark.parametrize(
    ("proof", "spoil", "message"),
    [
        (use.check_padding, pads_wrongly, "gave the ids padded on the left"),
        (use.check_padding, masks_nothing, "gave the mask padded on the left"),
        (use.check_truncation, truncates_nothing, r"a text of \d+ tokens has 5 ids, 4 of them"),
        (use.check_overflow, loses_a_window, "gave the ids put together from windows"),
        (use.check_batches, loses_the_mask, r"a batch has no \['attention_mask'\]"),
    ],
)
def test_a_fault_is_found(
    tmp_path: Path, proof: Callable[[Loaded], str], spoil: Callable[[Any, dict[str, Any]], Any], message: str
) -> None:
    """Each fault ends in the sentence of the proof that is there for it."""
    with pytest.raises(Failed, match=message):
        proof(spoiled(tmp_path / "small", spoil))


def test_truncation_on_the_wrong_side_is_found(tmp_path: Path) -> None:
    """A tokenizer that always keeps the beginning."""
    under_proof = loaded(byte_level(), tmp_path / "small")
    with (
        mock.patch.object(use, "_truncated", lambda t, _, text, **options: t(text, truncation=True, **options)),
        pytest.raises(Failed, match="ids cut on the left"),
    ):
        use.check_truncation(under_proof)


def test_tensors_with_other_numbers_are_found(tmp_path: Path) -> None:
    """Tensors hold what lists hold."""

    def shift(encoded: Any, options: dict[str, Any]) -> Any:
        if "return_tensors" in options:
            encoded["input_ids"] = encoded["input_ids"] + 1
        return encoded

    with pytest.raises(Failed, match=r"gave the tensor \(np\)"):
        use.check_tensors(spoiled(tmp_path / "small", shift))


def test_a_copy_that_encodes_otherwise_is_found(tmp_path: Path) -> None:
    """Settings that do not travel with a pickle: here the trained ids are others than the folder's."""
    under_proof = loaded(
        byte_level(), tmp_path / "small", edit("tokenizer.json", lambda t: t["model"]["merges"].pop(0))
    )
    for proof in (use.check_pickling, use.check_saving_again):
        with pytest.raises(Failed, match="gave the ids"):
            proof(under_proof)


def test_without_a_padding_token_there_is_nothing_to_pad(tmp_path: Path) -> None:
    """A tokenizer may have none, and the proof says so."""
    under_proof = loaded(byte_level(), tmp_path / "small")
    under_proof.tokenizer.pad_token = None
    assert use.check_padding(under_proof) == "there is no padding token"


@pytest.mark.parametrize("shape", [word_piece, unigram])
def test_truncation_leaves_room_for_special_tokens(tmp_path: Path, shape: Callable[[], Any]) -> None:
    """`[CLS]` and `[SEP]` are part of the length, whichever side is cut."""
    under_proof = loaded(shape(), tmp_path / "small")
    assert use.check_truncation(under_proof) == "both sides"
    assert under_proof.tokenizer.truncation_side == "right"


def with_template(folder: Path, template: str) -> Loaded:
    """Return byte-level BPE with a chat template."""
    path = folder / "chat.jinja"
    path.write_text(template, encoding="utf-8")
    shape = byte_level()
    build(shape, folder / "small", wrapper=Wrapper(chat_template=path))
    return Loaded(
        {"folder": str(folder / "small"), "texts": TEXTS, "framed": [shape.tokenizer.encode(t).ids for t in TEXTS]}
    )


@pytest.mark.skipif(not importlib.util.find_spec("jinja2"), reason="templates are rendered by jinja2")
def test_chat_templates_are_rendered(tmp_path: Path) -> None:
    """One that renders passes, also after it was saved again; one that does not ends in its own words."""
    good = with_template(tmp_path, "{% for m in messages %}<|sys|>{{ m.role }}: {{ m.content }}{% endfor %}")
    assert use.check_chat_template(good) == "a question and an answer"
    assert use.check_saving_again(good)


@pytest.mark.skipif(not importlib.util.find_spec("jinja2"), reason="templates are rendered by jinja2")
def test_a_chat_template_with_a_fault_is_found(tmp_path: Path) -> None:
    """The template's own error is what the proof shows."""
    with pytest.raises(Exception, match="endfor"):
        use.check_chat_template(with_template(tmp_path, "{% for m in messages %}{{ m.content }}"))
