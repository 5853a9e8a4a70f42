"""The compiled core and its plain-Python specification."""

from __future__ import annotations


def __getattr__(name: str) -> object:
    """Import the compiled core; where there is none, say why: Python prefers the folder in which it is started."""
    import importlib

    if name != "_kernels":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return importlib.import_module(f"{__name__}._kernels")
    except ModuleNotFoundError:
        from tokbench.errors import CoreMissing

        raise CoreMissing(
            f"tokbench is imported from its source ({__path__[0]}), beside which there is no compiled core;"
            " start in another folder, or install the source in place: pip install -e ."
        ) from None
