"""A tokenizer of `transformers` with parts in Python, which are saved, copied and pickled with it.

It travels with the tokenizer, and needs `transformers` and `tokenizers` only.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from typing import Any, ClassVar

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from tokbench.carried.framing import framing_of
from tokbench.carried.stages import Classes, attach, bare, described, load, python_stages


def require(packages: Mapping[str, str], by: str) -> None:
    """Raise an `ImportError` that says which of the packages are missing; each comes with the version it had."""
    missing = [f"{package}=={found}" for package, found in packages.items() if not any(distributions(name=package))]
    if missing:
        raise ImportError(f"the tokenizer '{by}' needs {' and '.join(missing)}; run: pip install {' '.join(missing)}")


class PythonTokenizerFast(PreTrainedTokenizerFast):
    """A tokenizer of `transformers` whose parts in Python are saved, copied and pickled with it."""

    classes: ClassVar[Classes] = {}
    """The class of each part, by its name in tokenizer.json."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The wrapper copies the tokenizer that it is given, and a copy cannot have Python in it: attached afterwards.
        document = self._document(kwargs.pop("tokenizer_file", None), kwargs.pop("tokenizer_object", None))
        self._python = python_stages(document)
        super().__init__(*args, tokenizer_object=Tokenizer.from_str(json.dumps(bare(document))), **kwargs)  # type: ignore[no-untyped-call]
        self._attach()

    @classmethod
    def convert_to_native_format(cls, trust_remote_code: Any = False, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG003
        """Leave tokenizer.json to the constructor; a class with a constructor is rebuilt as plain BPE without this."""
        return kwargs

    @classmethod
    def _document(cls, file: str | os.PathLike[str] | None, given: Any) -> dict[str, Any]:
        if isinstance(given, Mapping):
            return dict(given)
        if file is None:
            raise ValueError(f"{cls.__name__} is made from its tokenizer.json; load it with from_pretrained")
        with open(file, encoding="utf-8") as text:
            return dict(json.load(text))

    def _attach(self) -> None:
        for name, stage in self._python.items():
            attach(self.backend_tokenizer, name, stage, self.classes)
        # `datasets` pickles the tokenizer inside where others ask `__getstate__`; it must not keep this one alive.
        vars(self._tokenizer)["__reduce_ex__"] = _Reduction(weakref.ref(self))

    def _encode_plus(self, *args: Any, **kwargs: Any) -> Any:
        framing = framing_of(self.backend_tokenizer)
        if framing is None:
            return super()._encode_plus(*args, **kwargs)
        if kwargs.get("sanitize_control_tokens") and kwargs.get("add_special_tokens", True):
            raise NotImplementedError(
                "sanitize_control_tokens=True would leave out the post-processor in Python; for a conversation, call"
                " apply_chat_template, which adds no special tokens; for other text, say split_special_tokens=True"
            )
        with framing.lock:  # padding and truncation are set for each call, and must stay until its end
            framing.windows = bool(kwargs.get("return_overflowing_tokens"))
            try:
                return super()._encode_plus(*args, **kwargs)
            finally:
                framing.windows = True

    def update_post_processor(self) -> None:
        """Leave a post-processor in Python where it is; refuse the tokens that a template in its place would add."""
        if "post_processor" not in self._python:
            super().update_post_processor()  # type: ignore[no-untyped-call]
        elif self.add_bos_token or self.add_eos_token:
            raise NotImplementedError(
                "add_bos_token and add_eos_token would replace the post-processor in Python; it says which are added"
            )

    def document(self) -> dict[str, Any]:
        """Return what tokenizer.json holds: the JSON of the tokenizer, with its Python named."""
        return described(self.backend_tokenizer, self._python)

    def _save_pretrained(
        self,
        save_directory: str | os.PathLike[str],
        file_names: tuple[str, ...],
        legacy_format: bool | None = None,  # noqa: ARG002
        filename_prefix: str | None = None,
    ) -> tuple[str, ...]:
        name = f"{filename_prefix}-tokenizer.json" if filename_prefix else "tokenizer.json"
        path = os.path.join(save_directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(self.document(), indent=2, ensure_ascii=False))
        return (*file_names, path)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tokenizer": json.dumps(self.document())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._tokenizer = Tokenizer.from_str(json.dumps(bare(json.loads(state["_tokenizer"]))))
        self._attach()

    def train_new_from_iterator(self, *_: Any, **__: Any) -> Any:
        """Refuse: `transformers` trains a copy, in which the parts in Python would be missing."""
        raise NotImplementedError(
            f"{type(self).__name__} has parts in Python, which train_new_from_iterator would lose; tokbench retrains"
            ' it: [base] tokenizer = "<this folder>"'
        )


class _Reduction:
    """What pickles the tokenizer inside a wrapper: as its JSON and the classes of its parts."""

    def __init__(self, whole: Callable[[], PythonTokenizerFast | None]) -> None:
        self._whole = whole

    def __call__(self, protocol: Any) -> tuple[Any, ...]:  # noqa: ARG002
        """Return how it is made again."""
        whole = self._whole()
        if whole is None:
            raise TypeError("a tokenizer with parts in Python is pickled with the class of transformers around it")
        return _loaded, (json.dumps(whole.document()), dict(whole.classes))


def _loaded(document: str, classes: Classes) -> Tokenizer:
    return load(json.loads(document), classes)
