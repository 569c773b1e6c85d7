"""The start of an AI turn, as a row of post_messages asks for it."""

from server.core.core import Core
from server.core.ids import new_id
from server.schema.records import Begin

LEASE_SECONDS = 6.0


def begin(core: Core) -> Begin:
    return Begin(turn=new_id(), holder=core.process, lease=LEASE_SECONDS)
