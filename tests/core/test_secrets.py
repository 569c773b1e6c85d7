"""Tokens that can't be forged, secrets that can't be read without the key, and keys that may be changed."""

import base64
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.secrets import Secrets, SecretUnreadable, VisitorToken

OLD, NEW = "an old key of at least 32 characters", "a newer key of at least 32 characters"


def test_a_visitors_token_says_what_was_signed() -> None:
    secrets, workspace, visitor = Secrets(OLD), uuid4(), uuid4()
    assert secrets.read_visitor(secrets.sign_visitor(workspace, visitor)) == VisitorToken(workspace, visitor)


def test_a_token_of_another_key_or_altered_is_none() -> None:
    token = Secrets(OLD).sign_visitor(uuid4(), uuid4())
    assert Secrets(NEW).read_visitor(token) is None
    version, key, payload, signature = token.split(".")
    other = Secrets(OLD).sign_visitor(uuid4(), uuid4()).split(".")
    for forged in (
        f"v2.{key}.{payload}.{signature}",
        f"{version}.{key}.{other[2]}.{signature}",
        f"{version}.{key}.{payload}.{other[3]}",
        f"{version}.{key}.{payload}.",
        f"{version}.{key}.{payload}",
        f"{token}=",
        f"{token}\n",
        base64.b64encode(token.encode()).decode(),
    ):
        assert Secrets(OLD).read_visitor(forged) is None


@given(st.text(max_size=300))
def test_any_text_is_no_token(text: str) -> None:
    assert Secrets(OLD).read_visitor(text) is None


@given(st.text(max_size=200))
def test_what_is_encrypted_comes_back(text: str) -> None:
    secrets = Secrets(OLD)
    sealed = secrets.encrypt("webhook:1", text)
    assert len(text) < 8 or text not in sealed
    assert secrets.decrypt("webhook:1", sealed) == text
    assert sealed != secrets.encrypt("webhook:1", text)


def test_a_secret_is_bound_to_its_purpose_and_its_key() -> None:
    sealed = Secrets(OLD).encrypt("identity:1", "secret")
    for secrets, purpose, text in (
        (Secrets(OLD), "identity:2", sealed),
        (Secrets(NEW), "identity:1", sealed),
        (Secrets(OLD), "identity:1", sealed[:-4] + "AAAA"),
        (Secrets(OLD), "identity:1", "secret"),
        (Secrets(OLD), "identity:1", ""),
    ):
        with pytest.raises(SecretUnreadable):
            secrets.decrypt(purpose, text)


def test_a_new_key_in_front_still_reads_the_old() -> None:
    old, both = Secrets(OLD), Secrets(f"{NEW},{OLD}")
    token, sealed = old.sign_visitor(uuid4(), uuid4()), old.encrypt("p", "secret")
    assert both.read_visitor(token) == old.read_visitor(token) is not None
    assert both.decrypt("p", sealed) == "secret"
    assert Secrets(NEW).decrypt("p", both.encrypt("p", "later")) == "later"
    assert both.derive("seed") == Secrets(NEW).derive("seed") != old.derive("seed")


def test_a_comma_in_one_key_is_part_of_it() -> None:
    key = "one key, with a comma and 32 characters"
    assert Secrets(key).derive("x") == Secrets(key).derive("x") != Secrets(key.split(",")[1].strip()).derive("x")
