"""What a tool is: arguments as a Struct, a description for the model, and what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from server.ai.models.base import ToolSpec
from server.ai.sources import Sources
from server.core.core import Core

A = TypeVar("A", bound=Struct)


class Args(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of a tool's arguments."""


@dataclass
class Hands:
    """What tools may touch, chosen by code: one contact of one workspace. `handed_off` is the reason for a person."""

    core: Core
    workspace: UUID
    contact: UUID
    sources: Sources
    handed_off: str | None = None


@dataclass(frozen=True)
class Tool(Generic[A]):
    name: str
    description: str
    args: type[A]
    run: Callable[[Hands, A], Awaitable[str]]

    def spec(self) -> ToolSpec:
        _, parts = msgspec.json.schema_components([self.args])
        schema: dict[str, Any] = dict(parts[self.args.__name__])
        schema.pop("title", None)
        return ToolSpec(self.name, self.description, schema)

    async def use(self, hands: Hands, arguments: bytes) -> str:
        """What the tool answers the model. Raises msgspec.ValidationError or DecodeError for arguments that can't be."""
        return await self.run(hands, msgspec.json.decode(arguments, type=self.args))
