"""What of an artifact is published, and whether a repository holds it already.

finnish, me/finnish  →  README.md that says from_pretrained("me/finnish"), manifest.json with its sha256, the rest
                        as it is
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokbench import manifest as manifests
from tokbench.artifact import CARD
from tokbench.card.rendering import addressed

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoFile

    from tokbench.artifact import Artifact


@dataclass(frozen=True)
class Content:
    """The files of an artifact as a repository is to hold them, by path."""

    files: Mapping[str, bytes]

    @classmethod
    def of(cls, artifact: Artifact, repository: str) -> Content:
        """Return the files that the manifest names, and the manifest; the card names its repository."""
        files = {name: (artifact.path / name).read_bytes() for name in artifact.manifest["files"]}
        manifest = json.loads(json.dumps(artifact.manifest))
        if CARD in files:
            files[CARD] = addressed(files[CARD].decode(), repository).encode()
            manifest["files"][CARD] = hashlib.sha256(files[CARD]).hexdigest()
        return cls({**files, manifests.FILE: manifests.to_json(manifest).encode()})

    @property
    def digest(self) -> str:
        """Return the sha256 of all files."""
        state = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            state.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return state.hexdigest()

    def changed(self, there: Mapping[str, RepoFile]) -> set[str]:
        """Return the paths that a repository lacks, or holds with another content."""
        return {name for name, content in self.files.items() if not same(content, there.get(name))}


def same(content: bytes, there: RepoFile | None) -> bool:
    """Tell whether a repository holds this content: by the sha256 of a large file, by the id that git gives another."""
    if there is None or there.size != len(content):
        return False
    if there.lfs is not None:
        return there.lfs.sha256 == hashlib.sha256(content).hexdigest()
    return there.blob_id == git_id(content)


def git_id(content: bytes) -> str:
    """Return the id that git gives a file: the sha1 of its size and content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def without_run(manifest: bytes) -> Any:
    """Return a manifest without what differs from run to run."""
    return {key: value for key, value in json.loads(manifest).items() if key != "run"}
