"""What a job gets, and how it says that there was nothing to do or that trying again is of no use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.core.core import Core
from server.core.mail import Mail
from server.schema.jobs import Leased


@dataclass(frozen=True)
class Bench:
    """What a job works with."""

    core: Core
    mail: Mail


Job = Callable[[Bench, Leased], Awaitable[str]]
"""Gives what it did, in words that hold nobody's data. Whatever it raises is tried again, later and later."""


class Skipped(Exception):
    """There was nothing to do any more; `str()` says why."""


class Hopeless(Exception):
    """It failed and will fail again; `str()` says why."""
