"""Load the tokenizer that a recipe starts from, out of a folder or from the Hub, as stock `transformers` would."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tokbench.base.tokenizer import BaseTokenizer
from tokbench.carried.code import Code, read_code, read_told
from tokbench.carried.consent import code_beside, require_consent
from tokbench.carried.copying import document_of
from tokbench.contracts import Note, Report, silent
from tokbench.errors import ArtifactError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
"""`name` or `owner/name`; paths that begin with a dot or a slash are folders."""

FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "config.json",
    "chat_template.jinja",
    "additional_chat_templates/*.jinja",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "tekken.json",
    "*.model",
    "*.py",
    "manifest.json",
)
"""What of a repository is fetched: all that a tokenizer may be made of, and no weights."""

KEPT = (
    "model_max_length",
    "padding_side",
    "truncation_side",
    "model_input_names",
    "clean_up_tokenization_spaces",
    "split_special_tokens",
    "chat_template",
    "response_template",
    "chat_control_tokens",
)
"""The settings of every tokenizer of `transformers`; a class may have options of its own beside them."""

LOADERS = frozenset(
    (
        *("added_tokens_decoder", "extra_special_tokens", "model_specific_special_tokens", "special_tokens_map_file"),
        *("backend", "files_loaded", "is_local", "local_files_only", "name_or_path", "processor_class"),
        *("auto_map", "merges", "merges_file", "tokenizer_file", "vocab", "vocab_file"),
        *("max_length", "pad_to_multiple_of", "pad_token_type_id", "stride", "truncation_strategy"),
    )
)
"""What `transformers` notes while it loads, or keeps elsewhere: not options of a class."""


def load_base(
    name: str,
    revision: str | None = None,
    folder: Path | None = None,
    report: Report = silent,
    *,
    trust_remote_code: bool = False,
) -> BaseTokenizer:
    """Return the tokenizer to start from: a folder, relative to `folder`, or a repository of the Hub at a revision.

    Python that it brings along runs only with `trust_remote_code`. Raises `ArtifactError` where it is not there, needs
    Python that may not run or that nobody could keep, or is no fast tokenizer.
    """
    place = (folder or Path()) / Path(name).expanduser()
    if place.is_dir():
        if revision is not None:
            raise ArtifactError(f"'{name}' is a folder, and a folder has no revisions; leave the revision out")
        return _described(_loaded(name, str(place), place, trust_remote_code), name, place, None, report)
    if not HUB_ID.fullmatch(name):
        raise ArtifactError(f"there is no folder '{place}', and '{name}' is no id of the Hub")
    snapshot = _fetched(name, revision)
    options = {"revision": snapshot.name, "local_files_only": True, "config": _config(name, snapshot)}
    loaded = _loaded(name, name, snapshot, trust_remote_code, **options)
    return _described(loaded, name, snapshot, snapshot.name, report)


def _config(name: str, snapshot: Path) -> Any:
    """Return the empty configuration of a repository without a model, which `transformers` would ask the Hub for."""
    from transformers import PreTrainedConfig

    return None if (snapshot / "config.json").is_file() else PreTrainedConfig.from_dict({"name_or_path": name})


def _fetched(name: str, revision: str | None) -> Path:
    """Download the files of the tokenizer, or find them in the cache, and return their folder."""
    from huggingface_hub import errors, snapshot_download

    place = f"'{name}'" if revision is None else f"'{name}' at '{revision}'"
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES)))
    except errors.GatedRepoError as error:
        raise ArtifactError(
            f"{place} is gated on the Hub; ask for access there, and log in with 'hf auth login'"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ArtifactError(f"{place} is neither a folder nor a repository on the Hub that you may read") from error
    except errors.RevisionNotFoundError as error:
        raise ArtifactError(f"the Hub has '{name}', but not its revision '{revision}'") from error
    except (OSError, errors.HfHubHTTPError) as error:
        raise ArtifactError(
            f"there is no folder '{name}', and the Hub could not be asked for {place}:"
            f" {_first_line(error.__cause__ or error)}; go online, or name a folder"
        ) from error


def _loaded(name: str, source: str, folder: Path, trusted: bool, **options: Any) -> PreTrainedTokenizerBase:
    """Return what `AutoTokenizer` loads, without running code that came with it unless that is trusted."""
    from transformers import AutoTokenizer

    code = require_consent(folder, trusted, name)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=code, **options)
    except Exception as error:  # transformers and tokenizers raise whatever they meet; it ends here either way
        raise ArtifactError(
            f"transformers finds no tokenizer in '{name}' ({_first_line(error)}); it needs a"
            " tokenizer.json, or files from which transformers can make one"
        ) from error
    if not getattr(tokenizer, "is_fast", False):
        raise ArtifactError(
            f"'{name}' loads as a {type(tokenizer).__name__} without a tokenizer.json; only a fast"
            " tokenizer can be retrained"
        )
    return tokenizer


def _described(
    loaded: PreTrainedTokenizerBase, name: str, folder: Path, commit: str | None, report: Report
) -> BaseTokenizer:
    """Return what a build needs of the loaded tokenizer, and report what a user may not expect."""
    given = {key for key, value in loaded.init_kwargs.items() if value is not None and not key.endswith("_tokens")}
    left = sorted(given - LOADERS - set(KEPT) - set(loaded.special_tokens_map))
    if left:
        report(
            Note(
                f"base '{name}': {', '.join(left)}: options of {type(loaded).__name__}; their effect is in the stages"
                " that are kept, and they are left out of tokenizer_config.json"
            )
        )
    base = _base(name, loaded, _code(name, loaded, folder), commit)
    if base.word_splitter != base.document["pre_tokenizer"]:
        report(
            Note(f"base '{name}': words to learn from are cut before each mark of a space; the result keeps them whole")
        )
    if base.word_splitter is None:
        report(Note(f"base '{name}' has no pre-tokenizer: every document is one word to its trainer"))
    return base


def _code(name: str, loaded: PreTrainedTokenizerBase, folder: Path) -> Code | None:
    """Return the Python that the tokenizer brought along; raises `ArtifactError` where nobody could keep it."""
    named = code_beside(folder)
    if named is None:
        return None
    if not hasattr(loaded, "document"):
        raise ArtifactError(
            f"'{name}' is a {named} of its own, and only Python that was built by tokbench can be retrained; save it as"
            " a plain tokenizer.json if the code changes nothing"
        )
    return read_code(folder, loaded, read_told(folder))


def _base(name: str, loaded: PreTrainedTokenizerBase, code: Code | None, commit: str | None) -> BaseTokenizer:
    settings = {key: value for key in KEPT if (value := getattr(loaded, key, None)) is not None}
    return BaseTokenizer(
        name=name,
        document=document_of(cast("PreTrainedTokenizerFast", loaded)),
        settings=settings,
        roles=loaded.special_tokens_map,
        extra=tuple(loaded.extra_special_tokens),
        commit=commit,
        code=code,
    )


def _first_line(error: BaseException) -> str:
    """Return the first line of a message, or the name of an error without one."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
