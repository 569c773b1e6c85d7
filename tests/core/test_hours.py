"""Opening hours: spans in a zone, past midnight, and when somebody is there again."""

from datetime import UTC, datetime, timedelta

import pytest

from server.core.hours import describe, is_open, next_opening, zone_of

WEEK = {day: [["09:00", "12:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [["22:00", "02:00"]]}
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "expected"), [(8.9, False), (9, True), (11.9, True), (12, False), (14, True), (18, False), (22, False)])
def test_within_a_day(hour: float, expected: bool) -> None:
    assert is_open(WEEK, "UTC", FRIDAY + timedelta(hours=hour)) is expected


def test_past_midnight() -> None:
    saturday = FRIDAY + timedelta(days=1)
    assert is_open(WEEK, "UTC", saturday + timedelta(hours=23))
    assert is_open(WEEK, "UTC", saturday + timedelta(hours=25))
    assert not is_open(WEEK, "UTC", saturday + timedelta(hours=26))


def test_the_zone_decides() -> None:
    assert not is_open(WEEK, "Europe/Madrid", FRIDAY + timedelta(hours=17, minutes=30))
    assert is_open(WEEK, "America/New_York", FRIDAY + timedelta(hours=22))


def test_next_opening() -> None:
    assert next_opening(WEEK, "UTC", FRIDAY + timedelta(hours=13)) == FRIDAY + timedelta(hours=14)
    assert next_opening(WEEK, "UTC", FRIDAY + timedelta(days=2, hours=3)) == FRIDAY + timedelta(days=3, hours=9)
    assert next_opening(WEEK, "UTC", FRIDAY + timedelta(hours=10)) is None


def test_without_hours_it_is_always_open() -> None:
    assert is_open({}, "UTC", FRIDAY) and next_opening({}, "UTC", FRIDAY) is None and describe({}) == ""


def test_a_week_without_a_day() -> None:
    assert not is_open({"mon": []}, "UTC", FRIDAY) and next_opening({"mon": []}, "UTC", FRIDAY) is None


def test_all_day() -> None:
    assert is_open({"fri": [["00:00", "24:00"]]}, "UTC", FRIDAY + timedelta(hours=23, minutes=59))
    assert not is_open({"fri": [["00:00", "24:00"]]}, "UTC", FRIDAY + timedelta(hours=24))


def test_a_line_for_people() -> None:
    assert describe(WEEK) == "Mon-Fri 09:00-12:00 + 14:00-18:00, Sat 22:00-02:00"
    assert describe({"mon": [["09:00", "12:00"]]}, ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"]) == "lun 09:00-12:00"


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Nowhere/At_All") is UTC
