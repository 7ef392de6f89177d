"""Shortest paths from one node of a random graph: lists of tuples and a heap."""

import heapq
import random

EXPECTED = 10000


def make_graph(nodes, edges):
    rng = random.Random(123)
    graph = [[] for _ in range(nodes)]
    for node in range(nodes):
        for _ in range(edges):
            target = rng.randrange(nodes)
            weight = rng.randrange(1, 30)
            if target != node:
                graph[node].append((target, weight))
    return graph


def shortest_paths(graph, start):
    distances = {start: 0}
    visited = set()
    heap = [(0, start)]
    while heap:
        distance, node = heapq.heappop(heap)
        if node in visited:
            continue
        visited.add(node)
        for target, weight in graph[node]:
            through = distance + weight
            if target not in distances or through < distances[target]:
                distances[target] = through
                heapq.heappush(heap, (through, target))
    return visited


def run(nodes=10_000, edges=50):
    return len(shortest_paths(make_graph(nodes, edges), 0))


if __name__ == "__main__":
    print(run())
