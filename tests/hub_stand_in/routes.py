"""The API: which request does what to the store, and what is answered."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import yaml

from tests.hub_stand_in.storage import MAIN, Blob, Commit, PullRequest, Refused, Repository, Store, User

TIME = "2026-01-01T00:00:00.000Z"
LICENSES = {"apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "gpl-3.0", "unknown", "other"}


@dataclass(frozen=True)
class Request:
    """A request as the routes see it."""

    store: Store
    address: str
    content_address: str
    """Another origin, where the content of large files is: the Hub's CDN."""
    user: User | None
    query: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body or b"{}")

    def repository(self, name: str) -> Repository:
        """Return a repository that the user may read; to others a private one is not there."""
        found = self.store.repositories.get(name)
        if found is None or (found.private and not (self.user and self.user.reads(name))):
            raise Refused(404 if self.user else 401, "Repository not found", "RepoNotFound")
        return found

    def writable(self, name: str) -> Repository:
        """Return a repository that the user may write to."""
        found = self.repository(name)
        if self.user is None or not self.user.owns(name):
            raise Refused(403, "you do not have the rights to write to this repository")
        return found


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200) -> Answer:
        """Return JSON."""
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


Route = Callable[..., Any]
ROUTES: list[tuple[str, re.Pattern[str], Route]] = []
MODEL = "/api/models/(?P<name>[^/]+/[^/]+)"


def route(method: str, path: str) -> Callable[[Route], Route]:
    """Register a function for requests of a method whose path is matched by an expression."""

    def register(function: Route) -> Route:
        ROUTES.append((method, re.compile(path), function))
        return function

    return register


# ---------------------------------------------------------------- who, and which repository


@route("GET", "/api/whoami-v2")
def whoami(request: Request) -> Any:
    """Tell who the token belongs to."""
    if request.user is None:
        raise Refused(401, "Invalid credentials in Authorization header")
    organizations = [{"type": "org", "name": name} for name in request.user.organizations]
    token = {"type": "access_token", "accessToken": {"displayName": "test", "role": "write"}}
    return {"type": "user", "name": request.user.name, "orgs": organizations, "auth": token}


@route("POST", "/api/repos/create")
def create(request: Request) -> Any:
    """Make a repository, with a first commit."""
    asked = request.json
    if request.user is None:
        raise Refused(401, "Invalid username or password.")
    name = f"{asked.get('organization') or request.user.name}/{asked['name']}"
    if not request.user.owns(name):
        raise Refused(403, f"You don't have the rights to create a model under the namespace {name.split('/')[0]}")
    url = {"url": f"{request.address}/{name}", "name": name}
    if name in request.store.repositories:
        return Answer.of({"error": "You already created this model repo", **url}, 409)
    request.store.create(name, private=asked.get("visibility") == "private")
    return url


@route("GET", f"{MODEL}(?:/revision/(?P<revision>[^/]+))?")
def info(request: Request, name: str, revision: str | None) -> Any:
    """Describe a repository at a revision."""
    repository = request.repository(name)
    commit = repository.at(revision or MAIN)
    siblings = [{"rfilename": path} for path in commit.files]
    return {"_id": name, "id": name, "sha": commit.oid, "private": repository.private, "siblings": siblings, "tags": []}


@route("GET", f"{MODEL}/tree/(?P<revision>[^/]+)(?:/(?P<folder>.*))?")
def tree(request: Request, name: str, revision: str, folder: str | None) -> Any:
    """List the files at a revision, below a folder."""
    files = request.repository(name).at(revision).files
    inside = {path: blob for path, blob in files.items() if not folder or path.startswith(f"{folder}/")}
    if folder and not inside:
        raise Refused(404, f"{folder} does not exist", "EntryNotFound")
    return [_entry(path, blob) for path, blob in sorted(inside.items())]


@route("POST", f"{MODEL}/paths-info/(?P<revision>[^/]+)")
def paths_info(request: Request, name: str, revision: str) -> Any:
    """Describe some files at a revision; those that are not there are left out."""
    files = request.repository(name).at(revision).files
    asked = parse_qs(request.body.decode())["paths"]  # a form, not JSON
    return [_entry(path, files[path]) for path in asked if path in files]


def _entry(path: str, blob: Blob) -> dict[str, Any]:
    entry = {"type": "file", "path": path, "size": len(blob.content), "oid": blob.oid}
    if blob.large:
        entry["lfs"] = {"oid": blob.sha256, "size": len(blob.content), "pointerSize": len(blob.pointer)}
    return entry


# ---------------------------------------------------------------- refs


@route("GET", f"{MODEL}/refs")
def refs(request: Request, name: str) -> Any:
    """List branches, tags and, if asked for, pull requests."""
    repository = request.repository(name)
    listed: dict[str, Any] = {
        "branches": [_ref(name, f"refs/heads/{name}", oid) for name, oid in repository.branches.items()],
        "tags": [_ref(name, f"refs/tags/{name}", oid) for name, oid in repository.tags.items()],
        "converts": [],
    }
    if request.query.get("include_prs"):
        listed["pullRequests"] = [_ref(pull.ref, pull.ref, pull.head) for pull in repository.pulls.values()]
    return listed


def _ref(name: str, ref: str, oid: str) -> dict[str, str]:
    return {"name": name, "ref": ref, "targetCommit": oid}


@route("POST", f"{MODEL}/branch/(?P<branch>[^/]+)")
def create_branch(request: Request, name: str, branch: str) -> Any:
    """Make a branch where another revision stands."""
    repository = request.writable(name)
    if branch in repository.branches:
        raise Refused(409, f"Reference already exists: refs/heads/{branch}")
    if branch.startswith("refs/"):
        raise Refused(400, f"Invalid reference for a branch: {branch}")
    repository.branches[branch] = repository.at(request.json.get("startingPoint", MAIN)).oid
    return {}


@route("DELETE", f"{MODEL}/branch/(?P<branch>[^/]+)")
def delete_branch(request: Request, name: str, branch: str) -> Any:
    """Take a branch away; main stays."""
    repository = request.writable(name)
    if branch == MAIN:
        raise Refused(403, "main cannot be deleted")
    if repository.branches.pop(branch, None) is None:
        raise Refused(404, "Reference does not exist", "RevisionNotFound")
    return {}


@route("POST", f"{MODEL}/tag/(?P<revision>[^/]+)")
def create_tag(request: Request, name: str, revision: str) -> Any:
    """Tag a revision."""
    repository = request.writable(name)
    tag = request.json["tag"]
    if tag in repository.tags:
        raise Refused(409, f"Reference already exists: refs/tags/{tag}")
    repository.tags[tag] = repository.at(revision).oid
    return {}


# ---------------------------------------------------------------- uploads


@route("POST", "/api/validate-yaml")
def validate(request: Request) -> Any:
    """Judge the metadata of a card."""
    text = request.json["content"]
    found = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    problems = problems_of(yaml.safe_load(found[1])) if found else []
    errors = [{"message": problem} for problem in problems]
    return Answer.of({"errors": errors, "warnings": []}, 400 if errors else 200)


def problems_of(data: dict[str, Any]) -> list[str]:
    """Return what the Hub would not take: a small part of its rules, from its documentation of model cards."""
    problems = []
    if (license_id := data.get("license")) is not None and license_id not in LICENSES:
        problems.append(f'"license" must be one of {sorted(LICENSES)}')
    lists = ("language", "tags", "datasets")
    wrong = [key for key in lists if not all(isinstance(value, str) for value in data.get(key, []))]
    problems += [f'"{key}" must be an array of strings' for key in wrong]
    for model in data.get("model-index", []):
        results = model.get("results", [])
        if not model.get("name") or not all(result.get("task", {}).get("type") for result in results):
            problems.append('"model-index" must name its model, and the type of each task')
    return problems


@route("POST", f"{MODEL}/preupload/(?P<revision>[^/]+)")
def preupload(request: Request, name: str, revision: str) -> Any:
    """Say of each file how it is to be uploaded, and what stands there now."""
    proposes = bool(request.query.get("create_pr"))
    files = (request.repository(name) if proposes else request.writable(name)).at(revision).files
    return {"files": [_upload(request.store, asked, files.get(asked["path"])) for asked in request.json["files"]]}


def _upload(store: Store, asked: dict[str, Any], known: Blob | None) -> dict[str, Any]:
    oid = None if known is None else known.sha256 if known.large else known.oid
    mode = "lfs" if asked["size"] >= store.large else "regular"
    return {"path": asked["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid}


@route("POST", r"/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch")
def lfs_batch(request: Request, name: str) -> Any:
    """Say where large files are to be put; those that are there already need not be."""
    request.repository(name)
    return {"transfer": "basic", "objects": [_place(request, asked) for asked in request.json["objects"]]}


def _place(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["oid"] in request.store.objects:
        return {"oid": asked["oid"], "size": asked["size"]}
    upload = {"href": f"{request.content_address}/lfs/{asked['oid']}?X-Amz-Signature=signed", "header": {}}
    actions = {"upload": upload, "verify": {"href": f"{request.address}/api/lfs/verify"}}
    return {"oid": asked["oid"], "size": asked["size"], "actions": actions}


@route("PUT", "/lfs/(?P<oid>[0-9a-f]{64})")
def lfs_upload(request: Request, oid: str) -> Any:
    """Keep a large file, if it is what it says."""
    if Blob(request.body, large=True).sha256 != oid:
        raise Refused(400, "the content has another sha256")
    request.store.objects[oid] = request.body
    return {}


@route("POST", "/api/lfs/verify")
def lfs_verify(request: Request) -> Any:
    """Confirm that a large file arrived."""
    if len(request.store.objects.get(request.json["oid"], b"")) != request.json["size"]:
        raise Refused(404, "the object did not arrive")
    return {}


@route("POST", f"{MODEL}/commit/(?P<revision>[^/]+)")
def commit(request: Request, name: str, revision: str) -> Any:
    """Commit to a branch or a pull request, or open a pull request with the commit."""
    proposes = bool(request.query.get("create_pr"))
    if request.user is None:
        raise Refused(401, "Invalid username or password.")
    repository = request.repository(name) if proposes else request.writable(name)
    lines = [json.loads(line) for line in request.body.splitlines() if line]
    header, operations = lines[0]["value"], lines[1:]
    head = repository.at(revision)
    if header.get("parentCommit") not in (None, head.oid):
        raise Refused(412, "A commit has happened since. Please refresh and try again.")
    if not proposes and head.oid not in {*repository.branches.values(), *(p.head for p in repository.pulls.values())}:
        raise Refused(400, f"{revision} is no branch")
    made = repository.add(header["summary"], _applied(request.store, head, operations), head.oid, header["description"])
    answer = {"success": True, "commitOid": made.oid, "commitUrl": f"{request.address}/{name}/commit/{made.oid}"}
    if not proposes:
        repository.move(revision, made)
        return answer
    number = len(repository.pulls) + 1
    repository.pulls[number] = PullRequest(number, made.title, request.user.name, made.oid)
    return {**answer, "pullRequestUrl": f"{request.address}/{name}/discussions/{number}"}


def _applied(store: Store, head: Commit, operations: list[dict[str, Any]]) -> dict[str, Blob]:
    files = dict(head.files)
    for operation in operations:
        value = operation["value"]
        if operation["key"] == "file":
            files[value["path"]] = Blob(base64.b64decode(value["content"]))
        elif operation["key"] == "lfsFile":
            if value["oid"] not in store.objects:
                raise Refused(400, f"the large file {value['path']} was not uploaded")
            files[value["path"]] = Blob(store.objects[value["oid"]], large=True)
        elif operation["key"] == "deletedFile":
            if files.pop(value["path"], None) is None:
                raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
        else:
            raise Refused(400, f"the stand-in has no operation {operation['key']}")
    return files


# ---------------------------------------------------------------- pull requests


@route("GET", f"{MODEL}/discussions")
def discussions(request: Request, name: str) -> Any:
    """List pull requests; there are no other discussions."""
    pulls = request.repository(name).pulls.values()
    status = request.query.get("status", "all")
    listed = [_pull(name, pull) for pull in pulls if status in ("all", pull.status)]
    return {"count": len(listed), "start": 0, "discussions": listed}


@route("GET", f"{MODEL}/discussions/(?P<number>[0-9]+)")
def discussion(request: Request, name: str, number: str) -> Any:
    """Describe a pull request."""
    pull = _numbered(request, name, number)
    comments = [
        {"id": str(index), "type": "comment", "createdAt": TIME, "author": {"name": pull.author}}
        | {"data": {"edited": False, "hidden": False, "latest": {"raw": comment}}}
        for index, comment in enumerate(pull.comments)
    ]
    changes = {"base": "refs/heads/main"}
    return {**_pull(name, pull), "changes": changes, "filesWithConflicts": [], "events": comments, "diff": ""}


@route("POST", f"{MODEL}/discussions/(?P<number>[0-9]+)/status")
def change_status(request: Request, name: str, number: str) -> Any:
    """Close or reopen a pull request: its author may, and who may write."""
    pull = _numbered(request, name, number)
    if request.user is None or not (request.user.owns(name) or request.user.name == pull.author):
        raise Refused(403, "you may not change the status of this pull request")
    pull.status = request.json["status"]
    pull.comments += [request.json["comment"]] if request.json.get("comment") else []
    event = {"id": "0", "type": "status-change", "createdAt": TIME, "author": {"name": request.user.name}}
    return {"newStatus": {**event, "data": {"status": pull.status}}}


@route("POST", f"{MODEL}/discussions/(?P<number>[0-9]+)/merge")
def merge(request: Request, name: str, number: str) -> Any:
    """Merge a pull request into main."""
    pull = _numbered(request, name, number)
    repository = request.writable(name)
    repository.move(MAIN, repository.at(pull.ref))
    pull.status = "merged"
    return {}


def _numbered(request: Request, name: str, number: str) -> PullRequest:
    found = request.repository(name).pulls.get(int(number))
    if found is None:
        raise Refused(404, "there is no such discussion")
    return found


def _pull(name: str, pull: PullRequest) -> dict[str, Any]:
    told = {"num": pull.number, "title": pull.title, "author": {"name": pull.author}, "createdAt": TIME}
    return {**told, "status": pull.status, "isPullRequest": True, "repo": {"name": name, "type": "model"}}


# ---------------------------------------------------------------- downloads


@route("GET", "/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
def resolve(request: Request, name: str, revision: str, path: str) -> Any:
    """Give a file at a revision; the content of a large one is elsewhere."""
    commit = request.repository(name).at(revision)
    headers = {"X-Repo-Commit": commit.oid}
    blob = commit.files.get(path)
    if blob is None:
        return Answer(404, b"Entry not found", {**headers, "X-Error-Code": "EntryNotFound"})
    if not blob.large:
        return Answer(200, blob.content, {**headers, "ETag": f'"{blob.oid}"'})
    linked = {"X-Linked-ETag": f'"{blob.sha256}"', "X-Linked-Size": str(len(blob.content))}
    location = f"{request.content_address}/content/{blob.sha256}?X-Amz-Signature=signed"
    return Answer(302, b"", {**headers, **linked, "Location": location})


@route("GET", "/content/(?P<oid>[0-9a-f]{64})")
def content(request: Request, oid: str) -> Any:
    """Give the content of a large file."""
    return Answer(200, request.store.objects[oid], {"ETag": f'"{oid}"'})
