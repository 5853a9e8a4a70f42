"""Run the stand-in by hand: `python -m tests.hub_stand_in TOKEN USER` prints what to export, and waits."""

from __future__ import annotations

import sys
import threading

from tests.hub_stand_in import StandIn, User

with StandIn() as hub:
    token, name = [*sys.argv[1:], "hf_token", "me"][:2]
    hub.store.users[token] = User(name, ("org",))
    print(f"export HF_ENDPOINT={hub.address} HF_TOKEN={token} HF_HUB_DISABLE_XET=1", flush=True)
    threading.Event().wait()
