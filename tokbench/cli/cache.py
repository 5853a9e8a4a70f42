"""`tokbench cache`: the counts, and the merges learned from them, that are kept from build to build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tokbench.cli import options


@click.group(
    epilog=options.examples("tokbench cache show", "tokbench cache verify", "tokbench cache clear"),
)
def cache() -> None:
    """Show, verify or clear what is kept from build to build.

    That is counts, and the merges learned from them, in the platform's cache folder (XDG_CACHE_HOME is honored). A
    corpus that did not change is not read again, nor are its merges learned again; an entry that is not as it was
    written is never used.
    """


@cache.command(epilog=options.examples("tokbench cache show", "tokbench cache show --json"))
@options.as_json
def show(as_json: bool) -> None:
    """List what is kept, an entry a line."""
    from tokbench.cli import console
    from tokbench.counting.cache import Cache, is_whole

    kept = Cache()
    rows = [_row(path) for path in kept.entries() if is_whole(path)]
    if as_json:
        console.data({"folder": str(kept.folder), "entries": rows})
        return
    entry_or_entries = "entry" if len(rows) == 1 else "entries"
    console.line(f"{kept.folder}: {len(rows)} {entry_or_entries}, {sum(row['stored'] for row in rows):,} bytes")
    for row in rows:
        console.line(f"{_described(row)}, {row['stored']:,} bytes kept")


def _row(path: Path) -> dict[str, Any]:
    """Return what an entry says of itself: counts of which text, or merges of which words."""
    stored = path.stat().st_size
    try:
        return _read(path, stored)
    except (OSError, OverflowError, KeyError, TypeError, ValueError):  # whole, and laid out otherwise
        return {"holds": "something of another version", "stored": stored}


def _read(path: Path, stored: int) -> dict[str, Any]:
    from tokbench.counting import cache, kept_merges

    if path.suffix == cache.MERGES:
        head = kept_merges.told(path)
        return {"holds": "merges", "words": head["words"], "tokens": len(head["tokens"]), "stored": stored}
    entry = cache.read(path)
    units, tally = [name for name, _ in entry.units], entry.tally
    return {"holds": "counts", "units": units, "documents": tally.documents, "bytes": tally.bytes, "stored": stored}


def _described(row: dict[str, Any]) -> str:
    if row["holds"] == "merges":
        words = row["words"]
        return f"merges of {words['distinct']:,} words ({words['sha256'][:8]}): {row['tokens']:,} tokens"
    if row["holds"] != "counts":
        return f"{row['holds']}, which is not used"
    documents = f"{row['documents']:,} document{'' if row['documents'] == 1 else 's'}"
    more = f" and {len(row['units']) - 1} more" if len(row["units"]) > 1 else ""
    return f"{row['units'][0]}{more}: {documents}"


@cache.command(epilog=options.examples("tokbench cache verify"))
def verify() -> None:
    """Read every entry and compare it with its checksum; exit code 1 where one is broken."""
    from tokbench.cli import console
    from tokbench.counting.cache import Cache, is_whole

    kept = Cache()
    if abandoned := kept.tidy():
        console.line(f"what {abandoned} killed builds left half-written is removed")
    paths = list(kept.entries())
    broken = [path for path in paths if not is_whole(path)]
    for path in broken:
        console.line(f"{path}: not as it was written; it is never used, and made anew where it is needed")
    console.line(f"{len(paths) - len(broken)} of {len(paths)} entries are whole")
    sys.exit(1 if broken else 0)


@cache.command(epilog=options.examples("tokbench cache clear"))
def clear() -> None:
    """Remove everything that is kept; the next builds read their corpora again."""
    from tokbench.cli import console
    from tokbench.counting.cache import Cache

    console.line(f"{Cache().clear():,} bytes were freed")
