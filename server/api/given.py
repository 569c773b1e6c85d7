"""What routes are given by name: `agent: Asker` (after the guard `signed_in`), `core: TheCore`, `desk: TheDesk`."""

from litestar.di import NamedDependency

from server.accounts.authenticate import Agent
from server.core.core import Core
from server.flows.desk import Desk

Asker = NamedDependency[Agent]
TheCore = NamedDependency[Core]
TheDesk = NamedDependency[Desk]
