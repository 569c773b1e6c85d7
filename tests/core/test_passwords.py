"""Passwords: argon2id with sane parameters, two at a time."""

import asyncio

from server.core.passwords import MEMORY_KIB, Passwords

LIGHT = 8192


async def test_a_hash_is_argon2id_salted_and_verified() -> None:
    passwords = Passwords()
    first, second = await asyncio.gather(passwords.hash("correct horse"), passwords.hash("correct horse"))
    assert first != second and first.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t=2,p=1$")
    assert await passwords.verify(first, "correct horse")
    assert not await passwords.verify(first, "Correct horse")


async def test_nobody_and_nonsense_never_match() -> None:
    passwords = Passwords(LIGHT)
    assert not await passwords.verify(None, "nobody has this password")
    for stored in ("", "changed", "$argon2id$v=19$m=8,t=1,p=1$xx$yy"):
        assert not await passwords.verify(stored, "any")


async def test_other_parameters_are_outdated() -> None:
    light, heavy = Passwords(LIGHT), Passwords(LIGHT * 2)
    stored = await light.hash("x")
    assert heavy.outdated(stored) and not light.outdated(stored)
    assert await heavy.verify(stored, "x")
