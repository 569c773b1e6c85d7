"""A process's core over real stores."""

from collections.abc import AsyncIterator

import pytest_asyncio

from server.core.core import Core
from server.settings import Settings
from tests.helpers.core import opened


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core
