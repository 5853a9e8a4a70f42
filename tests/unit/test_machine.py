"""What a machine and a container have: the less of the two counts."""

import pytest

from tokbench import machine


@pytest.fixture
def container(tmp_path, monkeypatch):
    """Pretend to be in a container with these limits, on a machine with this much to spare."""

    def pretend(free, **limits):
        (tmp_path / "meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable: {free} kB\n")
        for name, limit in limits.items():
            (tmp_path / f"memory.{name}").write_text(f"{limit}\n")
        monkeypatch.setattr(machine, "CONTROL_GROUP", tmp_path)
        monkeypatch.setattr(machine, "MEMORY", tmp_path / "meminfo")

    return pretend


@pytest.mark.parametrize(
    ("limits", "free"),
    [
        ({}, 8192),
        ({"max": "max", "current": 10}, 8192),
        ({"max": 5000, "current": 1000}, 4000),
        ({"max": 5000, "current": 6000}, 0),
        ({"max": 50_000, "current": 0}, 8192),
    ],
)
def test_free_is_what_machine_and_container_leave(container, limits, free):
    """A limit that is far is none."""
    container(8, **limits)
    assert machine.free_memory() == free


def test_memory_is_no_more_than_the_container_may_take(container):
    """A quarter of a large machine would be too much for a small container."""
    container(8, max=5000)
    assert machine.memory() == 5000
    container(8, max="max")
    assert machine.memory() > 2**20


def test_where_nobody_tells_nothing_is_said(container, tmp_path, monkeypatch):
    """Not every system has the files."""
    container(8)
    monkeypatch.setattr(machine, "MEMORY", tmp_path / "none")
    assert machine.free_memory() is None
