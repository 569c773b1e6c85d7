"""A business gets a workspace: its owner signs in, its widget answers, and nobody else sees it."""

import pytest

from db.pool import open_pool
from server.accounts.open_workspace import open_workspace
from server.accounts.sign_in import sign_in
from server.conversations.arrive import arrive
from server.core.errors import BadFrame
from server.schema.frames import VisitorHello
from server.settings import Settings
from tests.helpers.core import opened


async def test_its_owner_signs_in_and_its_key_works(settings: Settings) -> None:
    pool = await open_pool(settings.database_url, 2)
    async with opened(settings) as core:
        first = await open_workspace(pool, core.secrets, core.passwords, "Tea", "ana@tea.example", ["https://Tea.example/"])
        assert first.password is not None
        signed = await sign_in(core, "ana@tea.example", first.password)
        assert (signed.workspace, signed.member.role) == (first.workspace, "owner")
        arrival = await arrive(core, VisitorHello(key=first.widget_key))
        assert arrival.workspace.name == "Tea" and arrival.workspace.sites == ["https://tea.example"]

        second = await open_workspace(pool, core.secrets, core.passwords, "Cups", "ANA@tea.example", [])
        assert second.password is None and second.workspace != first.workspace
        other = await sign_in(core, "ana@tea.example", first.password, workspace=second.workspace)
        assert other.workspace == second.workspace
    await pool.close()


@pytest.mark.parametrize(
    ("name", "email", "site"),
    [(" ", "a@b.example", "https://a.example"), ("A", "nobody", "https://a.example"), ("A", "a@b.example", "a.example"),
     ("A", "a@b.example", "https://a.example/shop")],
)  # fmt: skip
async def test_what_can_not_be_is_told(settings: Settings, name: str, email: str, site: str) -> None:
    pool = await open_pool(settings.database_url, 2)
    async with opened(settings) as core:
        with pytest.raises(BadFrame):
            await open_workspace(pool, core.secrets, core.passwords, name, email, [site])
    await pool.close()
