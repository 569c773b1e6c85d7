"""Signed identities: only what the workspace's secret vouches for, and not for ever."""

import base64
import hashlib
import hmac
import time
from typing import Any

import jwt
import pytest

from server.accounts.identity import Identified, verify_identity
from server.schema.frames import SignedId

SECRET = "the workspace's identity secret, 32+"


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"sub": "u-1", "exp": time.time() + 60, **claims}, secret, algorithm=algorithm)


def test_a_good_one() -> None:
    found = verify_identity(SECRET, signed(name="Ana", email="ana@example.com", phone="+1", company="A", admin=True))
    assert found == Identified("u-1", "Ana", "ana@example.com", "+1", "A")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        base64.urlsafe_b64encode(b"[" * 2200).decode() + ".e30.e30",
        signed(secret="another secret of at least 32 characters"),
        signed(exp=time.time() - 3600),
        signed(sub=""),
        signed(sub=None),
        signed(exp=None),
        signed(name="x" * 300),
        signed(email=7),
        signed(algorithm="HS512", secret=SECRET * 2),
        jwt.encode({"sub": "u-1", "exp": time.time() + 60}, "", algorithm="none"),
        jwt.encode({"sub": "u-1"}, SECRET, algorithm="HS256"),
        jwt.encode({"exp": time.time() + 60}, SECRET, algorithm="HS256"),
    ],
    ids=range(14),
)
def test_bad_ones(token: str) -> None:
    assert verify_identity(SECRET, token) is None


def test_an_id_with_its_hash() -> None:
    mac = hmac.new(SECRET.encode(), b"u-2", hashlib.sha256).hexdigest()
    assert verify_identity(SECRET, SignedId("u-2", mac)) == Identified("u-2")
    assert verify_identity(SECRET, SignedId("u-3", mac)) is None
    assert verify_identity(SECRET, SignedId("u-2", "é" * 64)) is None
