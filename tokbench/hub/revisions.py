"""A repository of the Hub at one commit: its files, what an earlier push put there, and what a new one would change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench import manifest as manifests
from tokbench.hub.content import Content, without_run

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete
    from huggingface_hub.hf_api import RepoFile

    from tokbench.hub.asking import Hub


@dataclass(frozen=True)
class Revision:
    """What a repository holds at a commit; its files are read into `scratch`, never from a cache of the user's."""

    hub: Hub
    repository: str
    commit: str
    files: Mapping[str, RepoFile]
    scratch: Path

    @classmethod
    def at(cls, hub: Hub, repository: str, revision: str | None, scratch: Path) -> Revision:
        """Return the commit that a branch, a tag, a pull request or an id names; `HubError` where there is none."""
        from huggingface_hub.hf_api import RepoFile

        where = repository if revision is None else f"{repository} at '{revision}'"
        commit = str(hub.ask(where, hub.api.model_info, repository, revision=revision).sha)
        tree = hub.ask(where, lambda: list(hub.api.list_repo_tree(repository, recursive=True, revision=commit)))
        return cls(hub, repository, commit, {item.path: item for item in tree if isinstance(item, RepoFile)}, scratch)

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        return self.fetch(path).read_bytes()

    def fetch(self, path: str) -> Path:
        """Return where the content of a file lies, after it was downloaded."""
        options = {"revision": self.commit, "cache_dir": self.scratch}
        download = self.hub.api.hf_hub_download
        return Path(self.hub.ask(f"{self.repository}: {path}", download, self.repository, path, **options))

    @cached_property
    def manifest(self) -> Mapping[str, Any] | None:
        """Return the manifest of the artifact that is published here, if there is one."""
        if manifests.FILE not in self.files:
            return None
        try:
            found = json.loads(self.read(manifests.FILE))
            return found if isinstance(found["files"], dict) and isinstance(found["format"], int) else None
        except (ValueError, KeyError, TypeError):
            return None  # somebody else's file of that name: not ours, and so not to be replaced

    def is_published(self, path: str) -> bool:
        """Tell whether an earlier push put this file here, and nobody has changed it since."""
        if self.manifest is None or path not in self.files:
            return False
        if path == manifests.FILE:
            return True
        recorded = self.manifest["files"].get(path)
        return recorded is not None and hashlib.sha256(self.read(path)).hexdigest() == recorded

    def states(self) -> dict[str, str]:
        """Return the id of every file's content: equal ids, equal files."""
        return {path: file.blob_id for path, file in self.files.items()}


@dataclass(frozen=True)
class Changes:
    """What a push would do to a revision."""

    content: Content
    added: tuple[str, ...]
    """Files that are new, or get another content."""
    removed: tuple[str, ...]
    """Files of an earlier push that the artifact no longer has; left there, they would be loaded with it."""
    foreign: tuple[str, ...]
    """Those of `added` that would replace what somebody else wrote."""
    kept: tuple[str, ...]
    """Files of the repository that the push does not touch."""

    @classmethod
    def of(cls, content: Content, revision: Revision) -> Changes:
        """Return what differs; a manifest that tells of another run of the same build does not."""
        added = content.changed(revision.files)
        if added == {manifests.FILE} and revision.manifest is not None:
            theirs, ours = revision.read(manifests.FILE), content.files[manifests.FILE]
            added = set() if without_run(theirs) == without_run(ours) else added
        recorded = revision.manifest["files"] if revision.manifest else {}
        removed = {path for path in recorded if path not in content.files and revision.is_published(path)}
        foreign = {path for path in added if path in revision.files and not revision.is_published(path)}
        kept = set(revision.files) - set(content.files) - removed
        return cls(content, *(tuple(sorted(paths)) for paths in (added, removed, foreign, kept)))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def operations(self) -> list[CommitOperationAdd | CommitOperationDelete]:
        """Return the operations of a commit; each commit needs new ones."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        additions = [CommitOperationAdd(path, self.content.files[path]) for path in self.added]
        return [*additions, *(CommitOperationDelete(path) for path in self.removed)]
