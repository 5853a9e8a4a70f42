"""A stand-in for the Hugging Face Hub: a local server that speaks its protocol, for tests without a network.

    with StandIn() as hub:
        hub.store.users["hf_secret"] = User("me")
        run(["tokbench", "push", "finnish", "me/finnish"], env={"HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_secret", …})

It is not the Hub. It answers what `huggingface_hub` and `transformers` ask when models are created, uploaded,
downloaded, branched, tagged and proposed as pull requests, as seen in the source of `huggingface_hub` 2.0 to 2.4:
repositories with commits, branches, tags and pull requests; regular files inside commits, large ones by the basic
transfer of Git LFS; redirects to another origin for the content of large files; logins, private repositories,
organizations; errors with the Hub's codes. It has no Xet (clients are told `HF_HUB_DISABLE_XET=1`), no multipart
uploads, no quotas, no gating, no git, and it validates of a card's metadata only what `routes.problems_of` says.

`storage` is what the Hub keeps, `routes` is its API, `server` the HTTP and the faults that a test may order.
"""

from tests.hub_stand_in.server import Fault, StandIn
from tests.hub_stand_in.storage import User

__all__ = ["Fault", "StandIn", "User"]
