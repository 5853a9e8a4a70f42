"""Publish an artifact: prove it on the Hub first, and only then let the revision have it that others load.

    files ──► commit on the branch unproved-1f2e3d4c ──► proof of that commit ──► one commit on main ──► branch removed
                     or: a pull request              ──► proof of that commit ──► left open for its reviewer

The Hub can neither move a branch to a commit nor undo one; so what is unproved stands on a branch of its own, started
where main stands, and main gets the same files in one commit when the proof holds: that its files are those that were
proved, all of them, is checked by the ids of their contents. A proof that fails leaves main as it is, and the branch
`unproved-…`, or the pull request, closed, to look at. A push that is cut off removes its branch if it still can; the
next push of the same artifact begins it anew. Nothing else on the Hub is ever deleted, no repository and no file that
an earlier push did not put there.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench import manifest as manifests
from tokbench.artifact import Artifact
from tokbench.carried.consent import require_consent
from tokbench.contracts import Note, Progress, Report, silent
from tokbench.errors import ArtifactError, CheckFailed, HubError
from tokbench.hub.asking import Hub, asking
from tokbench.hub.content import Content
from tokbench.hub.proving import prove
from tokbench.hub.revisions import Changes, Revision
from tokbench.hub.sentences import redacted
from tokbench.recipe.tables import HUB_ID, HubTarget

if TYPE_CHECKING:
    from tokbench.checks.results import CheckReport

MAIN = "main"
UNPROVED = "unproved-"
"""What the branch is called on which an artifact waits for its proof, before the digest of its files."""


@dataclass(frozen=True)
class Pushed:
    """What a push did."""

    repository: str
    revision: str
    commit: str
    address: str
    """Where people look at it."""
    changed: bool
    """False where the Hub held the artifact already, and no commit was made."""
    kept: tuple[str, ...]
    """Files of the repository that are none of the artifact's, and stay."""
    removed: tuple[str, ...]
    """Files of an earlier push that this artifact does not have."""
    proofs: CheckReport

    def summary(self) -> str:
        """Return what was done: ``me/finnish: pushed to main as 1f2e3d4, proved there: …``."""
        done = f"pushed to {self.revision} as" if self.changed else f"{self.revision} holds it already, at"
        proved = "proved there: the same files and ids"
        more = f"; removed what it no longer has: {', '.join(self.removed)}" if self.removed else ""
        kept = [path for path in self.kept if path != ".gitattributes"]
        more += f"; kept what is not its own: {_few(kept)}" if kept else ""
        return f"{self.repository}: {done} {self.commit[:7]}, {proved}{more}; {self.address}"


def push(
    artifact: str | os.PathLike[str] | Artifact,
    repository: str | HubTarget,
    *,
    message: str | None = None,
    force: bool = False,
    trust_remote_code: bool = False,
    report: Report = silent,
) -> Pushed:
    """Publish an artifact in a repository of the Hub, which is made where it is missing, and prove it there.

    Files that somebody else wrote are replaced only with `force`. The proof runs code that the artifact carries only
    with `trust_remote_code`. Raises `HubError` for what the Hub or the network refuses, `ArtifactError` for an artifact
    that is not as it was built, and `CheckFailed` where the Hub does not give back what was pushed.
    """
    opened = artifact if isinstance(artifact, Artifact) else Artifact.open(artifact)
    target = repository if isinstance(repository, HubTarget) else HubTarget(require_id(repository))
    require_whole(opened)
    trusted = require_consent(opened.path, trust_remote_code or opened.trust_remote_code)
    with asking(report) as hub, tempfile.TemporaryDirectory() as scratch:
        return _Push(hub, opened, target, Path(scratch), message, force, trusted, report).run()


def require_id(repository: str) -> str:
    """Return the id of a repository; raises `HubError` for one without its owner."""
    if not HUB_ID.fullmatch(repository):
        raise HubError(f"'{repository}' does not say whose it is; write it as owner/name, such as me/finnish")
    return repository


def require_whole(artifact: Artifact) -> None:
    """Raise `ArtifactError` for an artifact that is not as it was built."""
    if changed := artifact.changed():
        raise ArtifactError(f"{artifact.path}: {', '.join(changed)}: missing, or not what was built; build it again")


@dataclass(frozen=True)
class _Push:
    """One push under way."""

    hub: Hub
    artifact: Artifact
    target: HubTarget
    scratch: Path
    message: str | None
    force: bool
    trusted: bool
    report: Report

    def run(self) -> Pushed:
        """Do it."""
        if not self.target.pull_request:
            self._create()
        head = self._head()
        changes = Changes.of(self.content, head)
        if not changes:
            proofs = self._prove_again(head)
            return self._pushed(self.branch, head.commit, changes, proofs, changed=False)
        self._refuse_foreign(changes)
        return self._propose(head, changes) if self.target.pull_request else self._move(head, changes)

    @cached_property
    def content(self) -> Content:
        """The files to publish."""
        return Content.of(self.artifact, self.repository)

    @property
    def repository(self) -> str:
        """The id of the repository."""
        return self.target.repository

    @property
    def branch(self) -> str:
        """The branch that is to have the artifact."""
        return self.target.revision or MAIN

    def _ask(self, call: Any, *arguments: Any, **options: Any) -> Any:
        return self.hub.ask(self.repository, call, self.repository, *arguments, **options)

    # ------------------------------------------------------------ before anything is changed

    def _create(self) -> None:
        """Make the repository where it is missing; what is to be private must not go where everybody reads."""
        self._ask(self.hub.api.create_repo, private=self.target.private or None, exist_ok=True)
        if self.target.private and not self._ask(self.hub.api.model_info).private:
            raise HubError(
                f"{self.repository} exists and everybody may read it, and nothing was pushed; make it private on its"
                " page, push without --private, or to another repository"
            )

    def _head(self) -> Revision:
        """Return where the branch stands, or main where the branch is still to be made."""
        if any(tag.name == self.branch for tag in self._ask(self.hub.api.list_repo_refs).tags):
            raise HubError(f"{self.repository}: '{self.branch}' is a tag, and tags do not move; give a branch")
        found = self.branch if self._has(self.branch) else None
        return Revision.at(self.hub, self.repository, found, self.scratch)

    def _has(self, branch: str) -> bool:
        """Tell whether there is such a branch; the ref of a pull request is one that cannot be made."""
        listed = self._ask(self.hub.api.list_repo_refs).branches
        return branch.startswith("refs/") or any(ref.name == branch for ref in listed)

    def _refuse_foreign(self, changes: Changes) -> None:
        if changes.foreign and not self.force:
            raise HubError(
                f"{self.repository} holds {_few(changes.foreign)}, which no push of tokbench wrote as it stands, and it"
                " stays; give --force to replace it, or push to another repository"
            )

    # ------------------------------------------------------------ the two roads

    def _move(self, head: Revision, changes: Changes) -> Pushed:
        """Commit to a branch of its own, prove that, and commit the same to the branch that was asked for."""
        staged = f"{UNPROVED}{self.content.digest[:12]}"
        if self._has(staged):  # of a push that was killed, or of a proof that failed
            self._ask(self.hub.api.delete_branch, branch=staged)
        with self._made(staged, head):
            trial = self._commit(staged, head, changes)
            proofs = self._prove(trial, self.content)
        self._require(proofs, f"'{self.branch}' is as it was, and '{staged}' holds what was pushed")
        with self._cut_off(staged), self._made(self.branch, head):
            commit = self._commit(self.branch, head, changes)
        self._require_same(trial, commit, staged)
        self._remove(staged)
        return self._pushed(self.branch, commit, changes, proofs, changed=True)

    def _propose(self, head: Revision, changes: Changes) -> Pushed:
        """Open a pull request and prove it; one that is open with the same files is enough."""
        for pull in self.hub.ask(self.repository, self._pull_requests):
            if pull.status == "open":
                revision = Revision.at(self.hub, self.repository, pull.git_reference, self.scratch)
                if not Changes.of(self.content, revision):
                    proofs = self._prove_again(revision)
                    return self._pushed(str(pull.git_reference), revision.commit, changes, proofs, changed=False)
        made = self._create_commit(self.branch, head, changes, create_pr=True)
        try:
            proofs = self._prove(made.oid, self.content)
        except BaseException:
            self._close(made.pr_num, "The proof of this tokenizer was cut off.")
            raise
        if proofs.failed:
            first = proofs.failed[0]
            self._close(made.pr_num, f"The proof of this tokenizer failed: {first.name}: {first.detail}")
        self._require(proofs, f"'{self.branch}' is as it was, and pull request {made.pr_num} is closed")
        return self._pushed(made.pr_revision, made.oid, changes, proofs, changed=True, address=made.pr_url)

    def _pull_requests(self) -> list[Any]:
        return list(self.hub.api.get_repo_discussions(self.repository, discussion_type="pull_request"))

    def _close(self, number: int, comment: str) -> None:
        """Close a pull request that nobody should merge; where that fails, say that it is open."""
        try:
            self._ask(self.hub.api.change_discussion_status, number, "closed", comment=comment)
        except HubError as error:
            self.report(Note(f"the pull request {number} may still be open: {error}"))

    # ------------------------------------------------------------ steps

    @contextlib.contextmanager
    def _made(self, name: str, head: Revision) -> Iterator[None]:
        """Have a branch, made at `head` where it is missing; one that was made is removed where the push is cut off."""
        if self._has(name):
            yield
            return
        with self._cut_off(name):
            self._ask(self.hub.api.create_branch, branch=name, revision=head.commit)
            yield

    @contextlib.contextmanager
    def _cut_off(self, name: str) -> Iterator[None]:
        """Remove the branch where the body does not end."""
        try:
            yield
        except BaseException:
            self._remove(name)
            raise

    def _remove(self, name: str) -> None:
        """Remove the branch; where that fails, say that it stays: what matters is done, or failed already."""
        try:
            if self._has(name):
                self._ask(self.hub.api.delete_branch, branch=name)
        except HubError as error:
            self.report(Note(f"the branch '{name}' may still be there: {error}"))

    def _commit(self, branch: str, head: Revision, changes: Changes) -> str:
        return str(self._create_commit(branch, head, changes).oid)

    def _create_commit(self, branch: str, head: Revision, changes: Changes, **options: Any) -> Any:
        """Commit on top of `head`, or not at all where somebody else did meanwhile."""
        manifest = self.artifact.manifest
        message = self.message or f"Tokenizer {self.artifact.name}: {manifest['vocabulary']:,} tokens"
        said = f"Built with tokbench {manifest['versions']['tokbench']}; {self.artifact.summary()}."
        self.report(Progress("upload", 0, len(changes.added), "files"))
        made = self._ask(
            self.hub.api.create_commit,
            changes.operations(),
            commit_message=message,
            commit_description=said,
            revision=branch,
            parent_commit=head.commit,
            **options,
        )
        self.report(Progress("upload", len(changes.added), len(changes.added), "files"))
        return made

    def _prove_again(self, revision: Revision) -> CheckReport:
        """Prove what the Hub holds already; its manifest may tell of another run."""
        held = Content({**self.content.files, manifests.FILE: revision.read(manifests.FILE)})
        proofs = self._prove(revision.commit, held)
        self._require(proofs, f"that is commit {revision.commit[:7]}, which this push did not make")
        return proofs

    def _prove(self, commit: str, content: Content) -> CheckReport:
        self.report(Progress("prove", 0, 1, "commits"))
        proofs = prove(self.artifact.path, content, self.repository, commit, trust_remote_code=self.trusted)
        self.report(Progress("prove", 1, 1, "commits"))
        return proofs

    def _require(self, proofs: CheckReport, state: str) -> None:
        """Raise where the proof failed; the message says how things stand on the Hub."""
        if proofs.failed:
            found = "; ".join(f"{result.name}: {result.detail}" for result in proofs.failed)
            raise CheckFailed(f"{self.repository}: the Hub does not give back what was pushed ({found}); {state}")

    def _require_same(self, proved: str, commit: str, staged: str) -> None:
        """Raise where the branch holds other files than the commit that was proved; that commit's branch stays."""
        states = [Revision.at(self.hub, self.repository, each, self.scratch).states() for each in (proved, commit)]
        if states[0] != states[1]:
            self._ask(self.hub.api.create_tag, tag=f"{UNPROVED}{commit[:12]}", revision=commit, exist_ok=True)
            raise CheckFailed(
                f"{self.repository}: '{self.branch}' does not hold what was proved; '{staged}' does, and the tag"
                f" '{UNPROVED}{commit[:12]}' marks what came instead"
            )

    def _pushed(
        self, revision: str, commit: str, changes: Changes, proofs: CheckReport, *, changed: bool, address: str = ""
    ) -> Pushed:
        place = address or f"{self.hub.api.endpoint}/{self.repository}"
        removed = changes.removed if changed else ()
        return Pushed(self.repository, revision, commit, redacted(place), changed, changes.kept, removed, proofs)


def _few(names: tuple[str, ...] | list[str]) -> str:
    """Return a few names, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"
