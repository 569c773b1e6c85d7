"""What was read a moment ago and may be used again: small, and never older than 5 s."""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS = 5.0
MOST = 1000


class Recent(Generic[T]):
    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def get(self, key: str) -> T | None:
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def put(self, key: str, value: T) -> None:
        self._kept[key] = (time.monotonic() + KEPT_SECONDS, value)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
