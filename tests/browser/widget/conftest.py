"""The widget against a server that can be told to misbehave. What it does with the real one is told in the stories."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.widget.pretend import Pretend, pretending


@pytest_asyncio.fixture
async def pretend() -> AsyncIterator[Pretend]:
    async with pretending() as server:
        yield server
