"""What the Hub keeps: users, and repositories of commits, with branches, tags and pull requests upon them."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

MAIN = "main"
ATTRIBUTES = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
"""What the first commit of every repository holds, as .gitattributes."""


class Refused(Exception):
    """An answer of the API other than success: its status, its code in `X-Error-Code`, its message."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(frozen=True)
class User:
    """Who a token belongs to, and where they may write."""

    name: str
    organizations: tuple[str, ...] = ()
    writes: bool = True
    """Whether the token may write, where the user may."""

    def owns(self, repository: str) -> bool:
        """Tell whether the token may write to a repository."""
        return self.writes and repository.partition("/")[0] in (self.name, *self.organizations)

    def reads(self, repository: str) -> bool:
        """Tell whether the user may read it even where it is private."""
        return repository.partition("/")[0] in (self.name, *self.organizations)


@dataclass(frozen=True)
class Blob:
    """The content of a file; a large one stands in its commit as a pointer."""

    content: bytes
    large: bool = False

    @property
    def sha256(self) -> str:
        """Return the id of a large file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        """Return what git keeps of a large file."""
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{self.sha256}\nsize {len(self.content)}\n".encode()

    @property
    def oid(self) -> str:
        """Return the id that git gives it."""
        kept = self.pointer if self.large else self.content
        return hashlib.sha1(b"blob %d\0" % len(kept) + kept).hexdigest()


Files = Mapping[str, Blob]


@dataclass(frozen=True)
class Commit:
    """A state of a repository."""

    oid: str
    title: str
    files: Files
    parent: str | None = None
    description: str = ""


@dataclass
class PullRequest:
    """A proposal: a ref of its own, and what was said about it."""

    number: int
    title: str
    author: str
    head: str
    status: str = "open"
    comments: list[str] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Return the revision under which it can be read."""
        return f"refs/pr/{self.number}"


@dataclass
class Repository:
    """A model repository."""

    id: str
    private: bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.branches[MAIN] = self.add("initial commit", {".gitattributes": Blob(ATTRIBUTES)}, None).oid

    def at(self, revision: str) -> Commit:
        """Return the commit that a branch, a tag, a pull request or an id names."""
        heads = {**self.branches, **self.tags, **{pull.ref: pull.head for pull in self.pulls.values()}}
        oid = heads.get(revision, revision)
        if oid not in self.commits:
            raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[oid]

    def files(self, revision: str = MAIN) -> dict[str, bytes]:
        """Return the contents of the files at a revision, for tests to look at."""
        return {path: blob.content for path, blob in self.at(revision).files.items()}

    def log(self, revision: str = MAIN) -> list[str]:
        """Return the titles of the commits, the newest first."""
        titles: list[str] = []
        oid: str | None = self.at(revision).oid
        while oid is not None:
            titles.append(self.commits[oid].title)
            oid = self.commits[oid].parent
        return titles

    def add(self, title: str, files: Files, parent: str | None, description: str = "") -> Commit:
        """Keep a commit and return it; no ref moves."""
        named = "".join(f"{path}\0{blob.oid}\n" for path, blob in sorted(files.items()))
        oid = hashlib.sha1(f"{self.id}\n{next(self.numbers)}\n{parent}\n{title}\n{named}".encode()).hexdigest()
        self.commits[oid] = Commit(oid, title, dict(files), parent, description)
        return self.commits[oid]

    def put(self, revision: str, changes: Mapping[str, bytes | None], title: str = "by hand") -> Commit:
        """Commit to a branch as somebody else would: new contents, None to delete."""
        kept = {path: blob for path, blob in self.at(revision).files.items() if path not in changes}
        new = {path: Blob(content) for path, content in changes.items() if content is not None}
        commit = self.add(title, {**kept, **new}, self.at(revision).oid)
        self.move(revision, commit)
        return commit

    def move(self, revision: str, commit: Commit) -> None:
        """Let a branch or a pull request point to another commit."""
        for pull in self.pulls.values():
            if pull.ref == revision:
                pull.head = commit.oid
                return
        if revision not in self.branches:
            raise Refused(404, f"there is no branch {revision}", "RevisionNotFound")
        self.branches[revision] = commit.oid


@dataclass
class Store:
    """All that the server knows; tests read it, and change it as other people would."""

    users: dict[str, User] = field(default_factory=dict)
    """By token."""
    repositories: dict[str, Repository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    """Large files that were uploaded, by sha256."""
    large: int = 20_000
    """From how many bytes on a file goes by LFS; at the Hub it is 10 MB."""

    def create(self, repository: str, *, private: bool = False) -> Repository:
        """Make a repository."""
        self.repositories[repository] = Repository(repository, private)
        return self.repositories[repository]
