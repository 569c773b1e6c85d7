"""What this process tells Prometheus. Each process has figures of its own; they are added up where they are read.

Labels have few values: never an id, an address or a workspace.
"""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY = CollectorRegistry(auto_describe=True)

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"parley_{name}", meaning, labels, registry=REGISTRY)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"parley_{name}", meaning, labels, registry=REGISTRY)


def _histogram(name: str, meaning: str, buckets: Iterable[float], *labels: str) -> Histogram:
    return Histogram(f"parley_{name}", meaning, labels, registry=REGISTRY, buckets=tuple(buckets))


connections = _gauge("connections", "Live connections", "kind")  # visitor, agent
closed = _counter("connections_closed", "Connections closed by us", "kind", "code")
frames = _counter("frames", "Frames from clients", "kind", "type")
deliveries = _counter("deliveries", "Frames to clients", "kind")
dropped = _counter("deliveries_dropped", "Frames that a slow connection did not get", "kind")
http_seconds = _histogram("http_seconds", "Answers to HTTP requests", _FAST, "method", "route", "status")
turns = _counter("turns", "AI turns that ended", "engine", "state")
turn_first_seconds = _histogram("turn_first_seconds", "From a turn's start to its first word", _SLOW, "engine")
turn_seconds = _histogram("turn_seconds", "Whole AI turns", _SLOW, "engine")
turns_running = _gauge("turns_running", "AI turns running here")
tokens = _counter("tokens", "Tokens of the AI", "kind")  # input, output, cache_read, cache_write
jobs = _counter("jobs", "Job runs", "kind", "state")
queue_length = _gauge("queue_length", "Jobs in the workers' queue")
outbox_due = _gauge("outbox_due", "Rows of the outbox that were due when a worker last looked")
worker_alive = _gauge("worker_alive", "1 while any worker looks for work")
worker_age = _gauge("worker_age_seconds", "Since a worker last looked")
errors = _counter("errors", "Errors told to clients", "code")


class Reading(Collector):
    """Figures that are read when they are asked for, such as a pool's size: `readings.add("pool_size", "…", pool.get_size)`."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, Callable[[], float]]] = {}

    def add(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """`read` runs on the event loop and must be quick; a second one of the same name takes its place."""
        self._read[name] = (meaning, read)

    def collect(self) -> Iterator[Metric]:
        for name, (meaning, read) in self._read.items():
            yield GaugeMetricFamily(f"parley_{name}", meaning, value=read())

    def describe(self) -> Iterable[Metric]:
        return ()


readings = Reading()
REGISTRY.register(readings)


def exposition() -> bytes:
    """All of it, as Prometheus reads it."""
    return generate_latest(REGISTRY)
