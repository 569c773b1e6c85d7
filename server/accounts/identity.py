"""What a host's page vouches for: a visitor's signed identity."""

import hashlib
import hmac
from typing import Annotated

import jwt
import msgspec
from jwt.types import Options
from msgspec import Meta, Struct

from server.schema.frames import Identity, SignedId

Claim = Annotated[str, Meta(min_length=1, max_length=256)]
LEEWAY_SECONDS = 30
OPTIONS: Options = {"require": ["sub", "exp"], "verify_aud": False}


class Identified(Struct, frozen=True):
    """`sub` is the host's own id of the person."""

    sub: Claim
    name: Claim | None = None
    email: Claim | None = None
    phone: Claim | None = None
    company: Claim | None = None


def verify_identity(secret: str, identity: Identity) -> Identified | None:
    """Who it names; None for a bad, altered or expired one. `secret` is the workspace's, decrypted."""
    if isinstance(identity, SignedId):
        expected = hmac.new(secret.encode(), identity.id.encode(), hashlib.sha256).hexdigest()
        same = hmac.compare_digest(expected.encode(), identity.hash.lower().encode())
        return Identified(identity.id) if same else None
    try:
        claims = jwt.decode(identity, secret, algorithms=["HS256"], leeway=LEEWAY_SECONDS, options=OPTIONS)
        return msgspec.convert(claims, Identified)
    except (jwt.InvalidTokenError, msgspec.ValidationError, ValueError, RecursionError):
        return None
