"""The stand-in answers what users ask of the Hub besides: so that what is proved against it means something."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from tests.hub_stand_in.routes import problems_of


def test_transformers_publishes_and_loads_there(hub, user, artifact):
    """`push_to_hub`, `from_pretrained` by branch and tag, and the client's own commands."""
    printed = user.python(
        f"""
import huggingface_hub as hub
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained({str(artifact)!r})
tokenizer.push_to_hub("me/mine", private=True, commit_message="By transformers")
hub.create_tag("me/mine", tag="v1")
hub.upload_file(path_or_fileobj=b"x" * 5000, path_in_repo="large.bin", repo_id="me/mine")
for revision in (None, "v1", "main"):
    loaded = AutoTokenizer.from_pretrained("me/mine", revision=revision)
    print(loaded("kissa istuu").input_ids == tokenizer("kissa istuu").input_ids)
print(hub.whoami()["name"], hub.repo_exists("me/mine"), hub.repo_exists("me/none"))
print(hub.file_exists("me/mine", "large.bin"), hub.file_exists("me/mine", "large.bin", revision="v1"))
print([info.size for info in hub.get_paths_info("me/mine", ["large.bin", "none"])])
request = hub.create_commit(
    "me/mine", [hub.CommitOperationDelete("large.bin")], commit_message="Less", create_pr=True
)
hub.merge_pull_request("me/mine", request.pr_num)
print(hub.get_discussion_details("me/mine", request.pr_num).status, hub.file_exists("me/mine", "large.bin"))
"""
    )
    assert printed.splitlines() == ["True", "True", "True", "me True False", "True False", "[5000]", "merged False"]
    assert hub.store.repositories["me/mine"].private
    assert hub.store.repositories["me/mine"].log("v1") == ["By transformers", "initial commit"]


@pytest.mark.parametrize(
    ("path", "status"), [("/me/none/resolve/main/x", 401), ("/api/models/me/none", 401), ("/api/nothing", 404)]
)
def test_visitors_are_told_what_they_may_not_see(hub, path, status):
    """A repository that is not there looks like one that is private."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(hub.address + path)
    assert caught.value.code == status
    caught.value.close()


def test_metadata_is_judged():
    """A little as the Hub does."""
    assert problems_of({"license": "apache-2.0", "language": ["fi"], "tags": ["a"]}) == []
    assert len(problems_of({"license": "mine", "language": [False], "model-index": [{"results": []}]})) == 3
