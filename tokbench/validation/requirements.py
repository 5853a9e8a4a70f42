"""What only validation needs, and everything else does without: torch, Accelerate."""

from __future__ import annotations

import importlib.util

from tokbench.errors import UserError

PACKAGES = ("torch", "accelerate")


def require_torch() -> None:
    """Raise `UserError` with the line that installs what is missing; imports nothing."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise UserError(
            f"validation fine-tunes a model, and {' and '.join(missing)} {verb} not installed;"
            " pip install 'tokbench[validate]'"
        )
