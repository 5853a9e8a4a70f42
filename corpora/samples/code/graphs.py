"""Small classic algorithms on weighted graphs, for reading more than for speed."""

from __future__ import annotations

import heapq
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Graph(Generic[Node]):
    """A directed graph with a weight on every edge."""

    def __init__(self, edges: Iterable[tuple[Node, Node, float]] = ()) -> None:
        self._neighbors: dict[Node, dict[Node, float]] = defaultdict(dict)
        for start, end, weight in edges:
            self.add_edge(start, end, weight)

    def __contains__(self, node: object) -> bool:
        return node in self._neighbors

    def __iter__(self) -> Iterator[Node]:
        return iter(self._neighbors)

    def __len__(self) -> int:
        return len(self._neighbors)

    def __repr__(self) -> str:
        edges = sum(len(neighbors) for neighbors in self._neighbors.values())
        return f"{type(self).__name__}(nodes={len(self)}, edges={edges})"

    def add_edge(self, start: Node, end: Node, weight: float = 1.0, *, both_ways: bool = False) -> None:
        if weight < 0:
            raise ValueError(f"the weight of {start!r} -> {end!r} is negative: {weight}")
        self._neighbors[start][end] = weight
        self._neighbors[end]  # every node is a key, also one without outgoing edges
        if both_ways:
            self._neighbors[end][start] = weight

    def neighbors(self, node: Node) -> Mapping[Node, float]:
        return self._neighbors[node]

    @classmethod
    def from_json(cls, text: str) -> Graph[str]:
        data: dict[str, Any] = json.loads(text)
        return Graph((edge["from"], edge["to"], edge.get("weight", 1.0)) for edge in data["edges"])


def breadth_first(graph: Graph[Node], start: Node) -> Iterator[Node]:
    """Yield the nodes that can be reached, the nearest first."""
    seen = {start}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        yield node
        for neighbor in graph.neighbors(node):
            if neighbor not in seen:
                seen.add(neighbor)
                queue.append(neighbor)


def shortest_path(graph: Graph[Node], start: Node, goal: Node) -> tuple[float, list[Node]]:
    """Return the length of the shortest path and its nodes (Dijkstra's algorithm)."""
    tie_breaker = itertools.count()
    heap: list[tuple[float, int, Node]] = [(0.0, next(tie_breaker), start)]
    distances: dict[Node, float] = {start: 0.0}
    previous: dict[Node, Node] = {}
    finished: set[Node] = set()
    while heap:
        distance, _, node = heapq.heappop(heap)
        if node in finished:
            continue
        finished.add(node)
        if node == goal:
            return distance, _walk_back(previous, start, goal)
        for neighbor, weight in graph.neighbors(node).items():
            candidate = distance + weight
            if candidate < distances.get(neighbor, float("inf")):
                distances[neighbor] = candidate
                previous[neighbor] = node
                heapq.heappush(heap, (candidate, next(tie_breaker), neighbor))
    raise LookupError(f"there is no path from {start!r} to {goal!r}")


def _walk_back(previous: dict[Node, Node], start: Node, goal: Node) -> list[Node]:
    path = [goal]
    while path[-1] != start:
        path.append(previous[path[-1]])
    return path[::-1]


def topological_order(graph: Graph[Node]) -> list[Node]:
    """Return the nodes so that every edge points forward; raises ValueError for a cycle."""
    incoming = {node: 0 for node in graph}
    for node in graph:
        for neighbor in graph.neighbors(node):
            incoming[neighbor] += 1
    ready = deque(node for node, count in incoming.items() if count == 0)
    order: list[Node] = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for neighbor in graph.neighbors(node):
            incoming[neighbor] -= 1
            if incoming[neighbor] == 0:
                ready.append(neighbor)
    if len(order) < len(graph):
        raise ValueError("the graph has a cycle")
    return order


class DisjointSets(Generic[Node]):
    """Sets that can be joined, with path compression and union by size."""

    def __init__(self) -> None:
        self._parents: dict[Node, Node] = {}
        self._sizes: dict[Node, int] = {}

    def find(self, node: Node) -> Node:
        if node not in self._parents:
            self._parents[node], self._sizes[node] = node, 1
        root = node
        while self._parents[root] != root:
            root = self._parents[root]
        while self._parents[node] != root:
            self._parents[node], node = root, self._parents[node]
        return root

    def union(self, left: Node, right: Node) -> bool:
        left, right = self.find(left), self.find(right)
        if left == right:
            return False
        if self._sizes[left] < self._sizes[right]:
            left, right = right, left
        self._parents[right] = left
        self._sizes[left] += self._sizes.pop(right)
        return True


def minimum_spanning_forest(edges: Iterable[tuple[Node, Node, float]]) -> list[tuple[Node, Node, float]]:
    """Return the lightest edges that connect what can be connected (Kruskal's algorithm)."""
    sets: DisjointSets[Node] = DisjointSets()
    return [edge for edge in sorted(edges, key=lambda edge: edge[2]) if sets.union(edge[0], edge[1])]


if __name__ == "__main__":
    roads = [("Oulu", "Kuopio", 287.0), ("Kuopio", "Lahti", 285.0), ("Oulu", "Vaasa", 318.0), ("Vaasa", "Lahti", 400.5)]
    network: Graph[str] = Graph()
    for here, there, kilometers in roads:
        network.add_edge(here, there, kilometers, both_ways=True)
    length, route = shortest_path(network, "Oulu", "Lahti")
    print(f"{' - '.join(route)}: {length:.1f} km")
    print("forest:", minimum_spanning_forest(roads))
