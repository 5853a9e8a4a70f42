"""Bring an artifact back from the Hub: the files that its manifest names, checked against it; no code is ever run."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tokbench import manifest as manifests
from tokbench.artifact import RECIPE, Artifact, new_artifact
from tokbench.contracts import Progress, Report, silent
from tokbench.errors import ArtifactError
from tokbench.hub.asking import asking
from tokbench.hub.pushing import require_id
from tokbench.hub.revisions import Revision

PLAIN = re.compile(r"[^\\:\x00-\x1f]+")
"""What a path in a manifest may be made of: nothing that some system reads as a drive or a separator."""


def pull(
    repository: str,
    output: str | os.PathLike[str] | None = None,
    *,
    revision: str | None = None,
    force: bool = False,
    report: Report = silent,
) -> Artifact:
    """Download an artifact into the folder `output`, by default the repository's own name, and return it.

    `repository` is an id with its owner, `revision` a branch, a tag or a commit. Only what the manifest names comes,
    each file with the sha256 that it names; other files of the repository stay where they are. Raises `HubError` and
    `ArtifactError`; the folder is as it was then.
    """
    require_id(repository)
    place = Path(output or repository.partition("/")[2])
    with (
        asking(report) as hub,
        new_artifact(place, force=force) as draft,
        tempfile.TemporaryDirectory(dir=draft.path.parent, prefix=f"{draft.path.name}-") as scratch,
    ):
        found = Revision.at(hub, repository, revision, Path(scratch))
        if found.manifest is None:
            raise ArtifactError(
                f"{repository} is not an artifact: it has no {manifests.FILE} of tokbench; give one that was pushed by"
                " 'tokbench push'"
            )
        for name, content in _contents(found, report):
            path = draft.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return Artifact.open(place)


def _contents(found: Revision, report: Report) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the artifact, each as its manifest says it is; the manifest last."""
    recorded = dict((found.manifest or {})["files"])
    if RECIPE not in recorded:
        raise ArtifactError(f"{found.repository} has no {RECIPE} in its manifest; it cannot be built again from it")
    for done, (name, sha256) in enumerate(recorded.items()):
        report(Progress("download", done, len(recorded), "files"))
        if not _is_inside(name):
            raise ArtifactError(
                f"{found.repository}: its manifest names '{name}', which leads elsewhere; do not trust it"
            )
        if name not in found.files:
            raise ArtifactError(f"{found.repository}: its manifest names '{name}', which is not there; push it again")
        content = found.read(name)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArtifactError(
                f"{found.repository}: {name} is not what the build wrote: somebody changed it there; give --revision"
                " with the commit of the push"
            )
        yield name, content
    report(Progress("download", len(recorded), len(recorded), "files"))
    yield manifests.FILE, found.read(manifests.FILE)


def _is_inside(name: str) -> bool:
    """Tell whether a path of a manifest, which anybody may have written, stays in the folder."""
    path = PurePosixPath(name)
    return bool(PLAIN.fullmatch(name)) and not path.is_absolute() and ".." not in path.parts
