"""When a workspace is open: {"mon": [["09:00", "18:00"]], …} in its time zone. A day that is not there is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Hours = Mapping[str, Sequence[Sequence[str]]]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(hours: Hours, timezone: str, at: datetime) -> bool:
    """`at` is aware of its zone. Without any hours it is always open."""
    return not hours or any(start <= at < end for start, end in _spans(hours, timezone, at))


def next_opening(hours: Hours, timezone: str, at: datetime) -> datetime | None:
    """When somebody is there again, in the workspace's zone; None where it is open, or never opens within a week."""
    if is_open(hours, timezone, at):
        return None
    return min((start for start, _ in _spans(hours, timezone, at) if start > at), default=None)


def describe(hours: Hours, names: Sequence[str] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")) -> str:
    """One line for people and models: `Mon-Fri 09:00-18:00, Sat 10:00-14:00`; `names` are the days', Monday first."""
    runs: list[tuple[int, int, str]] = []
    for day, name in enumerate(DAYS):
        told = " + ".join(f"{start}-{end}" for start, end in hours.get(name, ()))
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == told:
            runs[-1] = (runs[-1][0], day, told)
        else:
            runs.append((day, day, told))
    return ", ".join(
        f"{names[first]}{'' if first == last else '-' + names[last]} {told}" for first, last, told in runs if told
    )


def _spans(hours: Hours, timezone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every span from yesterday to a week on; one that ends before it begins goes past midnight."""
    zone = zone_of(timezone)
    today = at.astimezone(zone).date()
    for ahead in range(-1, 8):
        day = today + timedelta(days=ahead)
        for start, end in hours.get(DAYS[day.weekday()], ()):
            begins = datetime.combine(day, _clock(start), zone)
            ends = datetime.combine(day, _clock(end), zone)
            yield begins, ends if ends > begins else ends + timedelta(days=1)


def zone_of(timezone: str) -> tzinfo:
    """UTC where the machine knows no such zone."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour) % 24, int(minute or 0))
