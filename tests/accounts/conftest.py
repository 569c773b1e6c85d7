"""A planted installation to sign in to."""

from collections.abc import AsyncIterator

import pytest_asyncio

from server.core.core import Core
from server.seed import SeedResult, seed
from server.settings import Settings
from tests.helpers.core import opened


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@pytest_asyncio.fixture
async def core(settings: Settings, planted: SeedResult) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core
