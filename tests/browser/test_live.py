"""The live figures before a scripted server."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, PageMaker
from tests.fakes.desk import ORIGIN, Desk
from tests.helpers.axe import violations


async def entered(page: PageMaker, desk: Desk, **options: Any) -> Page:
    made = await page(**options)
    await desk.serve(made)
    await made.goto(f"{ORIGIN}/live")
    return made


async def test_the_figures_come_and_change_without_a_reload(page: PageMaker) -> None:
    desk = Desk("manager")
    live = await entered(page, desk)
    figures = live.get_by_role("list", name="Figures").locator(".tile")
    await expect(figures).to_have_text(
        [
            "Waiting for a person3Longest: 3 min 12 s",
            "Open conversations42not resolved",
            "Handled now31 AI8 people79 % by the AI",
            "Agents online4ready to take over",
            "Visitors on the site117just now",
            "Median first response2 shalf were faster",
        ]
    )
    desk.push(desk.figures(waiting=0, longest_wait=0, ai=0, human=0, agents_online=0, median_first_response=None, messages=[0] * 60))
    await expect(figures.first).to_have_text("Waiting for a person0Nobody waits")
    await expect(figures.last).to_contain_text("no answers yet")
    await expect(figures.nth(2)).to_contain_text("nothing to handle")


async def test_the_chart_has_a_bar_a_minute_an_axis_and_a_table(page: PageMaker) -> None:
    live = await entered(page, Desk("owner"))
    chart = live.locator("parley-minutes svg")
    await expect(chart.locator("rect")).to_have_count(60)
    await expect(chart.locator("text").nth(2)).to_have_text("30")
    await chart.focus()
    await live.keyboard.press("End")
    await expect(live.locator(".chart-tip")).to_contain_text("19 messages")
    await live.keyboard.press("ArrowLeft")
    await expect(live.locator(".chart-tip")).to_contain_text("12 messages")
    await live.get_by_text("Show as a table").click()
    await expect(live.get_by_role("row")).to_have_count(61)


async def test_who_is_no_manager_is_told_so(page: PageMaker) -> None:
    desk = Desk("agent")
    live = await entered(page, desk)
    await expect(live.get_by_role("heading", name="Managers only")).to_be_visible()
    assert desk.frames == []
    assert await violations(live) == []


async def test_whose_rights_end_is_told_so_too(page: PageMaker) -> None:
    desk = Desk("manager")
    desk.errors["subscribe"] = {"code": "forbidden", "detail": "stats: for managers"}
    live = await entered(page, desk)
    await expect(live.get_by_role("heading", name="Managers only")).to_be_visible()


async def test_a_lost_connection_is_shown_with_the_time_of_the_figures(page: PageMaker) -> None:
    desk = Desk("manager")
    live = await entered(page, desk)
    await expect(live.locator(".as-of")).to_contain_text("Live, ")
    desk.open = False
    await desk.drop()
    await expect(live.locator(".as-of")).to_contain_text("As of ")
    await expect(live.get_by_text("Reconnecting…")).to_be_visible()
    desk.open = True
    await live.evaluate("document.querySelector('.banner .link').click()")  # It may come back by itself before a hand does.
    await expect(live.locator(".as-of")).to_contain_text("Live, ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{"viewport": {"width": 1440, "height": 900}}, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing(page: PageMaker, scheme: str, options: dict[str, Any]) -> None:
    desk = Desk("manager")
    live = await entered(page, desk, color_scheme=scheme, reduced_motion="reduce", **options)
    await expect(live.locator(".as-of")).to_contain_text("Live, ")
    assert await violations(live) == []
    desk.push(desk.figures(longest_wait=900))
    await expect(live.locator(".tile[data-mood=bad]")).to_be_visible()
    assert await violations(live) == []
    assert await live.evaluate("document.documentElement.scrollWidth <= innerWidth")
