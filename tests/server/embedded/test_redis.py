"""Which redis-server will do."""

import pytest

from server.embedded.redis import may_serve


@pytest.mark.parametrize(
    ("said", "will_do"),
    [
        ("Redis server v=6.2.14 sha=40305114:0 malloc=libc bits=64 build=dff95a8e7a99d269", True),
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", True),
        ("Redis server v=10.0.0 sha=0", True),
        ("Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", False),
        ("Redis server v=5.0.7 sha=0", False),
        ("something else", False),
    ],
)
def test_versions(said: str, will_do: bool) -> None:
    assert may_serve(said) is will_do
