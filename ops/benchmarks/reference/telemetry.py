"""What Python's prometheus_client takes for the same as telemetry-bench: one `name value` a line."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

CALLS = 200_000
EDGES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]


def cost(body):
    best = float("inf")
    for _ in range(3):
        before = time.process_time_ns()
        for number in range(CALLS):
            body(number)
        best = min(best, (time.process_time_ns() - before) / CALLS)
    return best


registry = CollectorRegistry()
histogram = Histogram("bench_seconds", "A duration.", buckets=EDGES, registry=registry)
counters = Counter("bench_requests", "Requests.", ["route", "status"], registry=registry)
counter = counters.labels("/", "200")
print("observe_1_thread_ns", round(cost(lambda n: histogram.observe((n & 0xFFFFF) / 1e9)), 1))
print("increment_1_thread_ns", round(cost(lambda n: counter.inc()), 1))

for number in range(10_000):
    counters.labels(f"/route/{number % 500}", str(200 + number // 500)).inc()
best = float("inf")
for _ in range(5):
    before = time.process_time_ns()
    size = len(generate_latest(registry))
    best = min(best, (time.process_time_ns() - before) / 1e6)
print("render_10000_series_ms", round(best, 1))
print("render_bytes", size)
