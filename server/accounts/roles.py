"""What each role may do. A viewer reads, an agent works, a manager sees figures and takes from others, an owner all."""

from server.core.errors import Forbidden
from server.schema.entities import Role

RANK: dict[Role, int] = {"viewer": 0, "agent": 1, "manager": 2, "admin": 3, "owner": 4}


def works(role: Role) -> bool:
    """Writes messages, changes conversations, contacts and articles."""
    return RANK[role] >= RANK["agent"]


def manages(role: Role) -> bool:
    """Sees figures and takes conversations from other agents."""
    return RANK[role] >= RANK["manager"]


def demand_worker(role: Role) -> None:
    """Raises Forbidden for whoever only reads."""
    if not works(role):
        raise Forbidden("your role may only read")


def demand_manager(role: Role) -> None:
    """Raises Forbidden for whoever is no manager."""
    if not manages(role):
        raise Forbidden("only a manager may do this")
