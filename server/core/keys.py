"""Every Redis key and channel of ours, in one place. All of it may be lost."""

from uuid import UUID


def conversation_channel(conversation: UUID) -> str:
    return f"c:{conversation}"


def workspace_channel(workspace: UUID) -> str:
    return f"w:{workspace}"


def turn(conversation: UUID) -> str:
    """Hash {turn, attempt, epoch, text, sealed}: what the AI has said of the message that it is writing."""
    return f"turn:{conversation}"


def agents(workspace: UUID) -> str:
    """Sorted set of the agents' connections `<user>/<connection>`, scored by when each expires (unix seconds)."""
    return f"agents:{workspace}"


def visitors(workspace: UUID) -> str:
    """Sorted set of the visitors' connections `<contact>/<connection>`, scored by when each expires (unix seconds)."""
    return f"visitors:{workspace}"


def details(name: str) -> str:
    """Hash beside a presence set: its member -> JSON of who it is and on which page."""
    return f"{name}:details"


def minutes(workspace: UUID) -> str:
    """Hash: a minute that is over (minutes since 1970) -> how many messages were written in it."""
    return f"minutes:{workspace}"


def limit(name: str, subject: str) -> str:
    return f"limit:{name}:{subject}"


WORKER_HEARTBEAT = "worker:alive"
