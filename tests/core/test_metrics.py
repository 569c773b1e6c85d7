"""Figures as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from server.core import metrics


def test_what_is_counted_is_told() -> None:
    metrics.frames.labels("visitor", "send").inc(3)
    metrics.turn_first_seconds.labels("offline").observe(0.3)
    families = {family.name: family for family in text_string_to_metric_families(metrics.exposition().decode())}
    sample = next(s for s in families["parley_frames"].samples if s.labels == {"kind": "visitor", "type": "send"})
    assert sample.value >= 3
    assert any(
        s.name == "parley_turn_first_seconds_count" and s.value >= 1 for s in families["parley_turn_first_seconds"].samples
    )
    assert all(name.startswith("parley_") for name in families)
    assert all(family.documentation for family in families.values())


def test_readings_are_read_when_asked() -> None:
    size = [1.0]
    metrics.readings.add("test_size", "A size", lambda: size[0])
    assert b"parley_test_size 1.0" in metrics.exposition()
    size[0] = 2.0
    assert b"parley_test_size 2.0" in metrics.exposition()


def test_no_label_can_grow_without_end() -> None:
    allowed = {"kind", "type", "code", "method", "route", "status", "engine", "state", "le"}
    for family in metrics.REGISTRY.collect():
        for sample in family.samples:
            assert set(sample.labels) <= allowed, sample.name
