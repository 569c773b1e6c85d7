"""Ids. Version 7 rises with time, so rows that are made together lie together in their index."""

import os
import time
from uuid import UUID, uuid5

CONVERSATION = "conversation:"
EXTERNAL = "external:"


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562)."""
    head = time.time_ns() // 1_000_000 << 80
    tail = int.from_bytes(os.urandom(10), "big")
    return UUID(int=head | 7 << 76 | (tail & 0x0FFF_3FFF_FFFF_FFFF_FFFF) | 2 << 62)


def conversation_of(contact: UUID, account: UUID) -> UUID:
    """A contact has one conversation per channel account, for ever: its id follows from the two."""
    return uuid5(contact, f"{CONVERSATION}{account}")


def contact_of(workspace: UUID, subject: str) -> UUID:
    """The contact that a workspace's own user id stands for, unless an identity says otherwise."""
    return uuid5(workspace, f"{EXTERNAL}{subject}")
