"""What SECRET_KEY makes: the visitor's signed token, secrets encrypted at rest, values derived for one purpose.

SECRET_KEY may hold several keys, comma-separated: the first makes, the others are still read. To rotate, put a new one in front.
"""

import base64
import hashlib
import hmac
import os
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_CHARS = 32
_NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """An encrypted secret was made with a key that is no longer in SECRET_KEY, or was altered."""


class VisitorToken(msgspec.Struct, frozen=True, array_like=True):
    """Whose browser it is. A person whom the host vouches for is found by their identity alone, never by a token."""

    workspace: UUID
    visitor: UUID


class Secrets:
    """The keys of one installation. Stateless and safe to share."""

    def __init__(self, secret_key: str) -> None:
        parts = [part.strip() for part in secret_key.split(",")]
        keys = parts if all(len(part) >= KEY_CHARS for part in parts) else [secret_key]
        self._keys = {_derive(key, "id").hex()[:8]: key for key in keys}
        self._first = next(iter(self._keys))

    def sign_visitor(self, workspace: UUID, visitor: UUID) -> str:
        """The token that a visitor's browser keeps: `v1.<key>.<payload>.<signature>`."""
        payload = _encode(msgspec.json.encode(VisitorToken(workspace, visitor)))
        text = f"v1.{self._first}.{payload}"
        return f"{text}.{_encode(self._sign(self._first, text))}"

    def read_visitor(self, token: str) -> VisitorToken | None:
        """What the token says; None where it is not one of ours."""
        text, _, signature = token.rpartition(".")
        version, _, rest = text.partition(".")
        key, _, payload = rest.partition(".")
        if version != "v1" or key not in self._keys:
            return None
        if not hmac.compare_digest(_encode(self._sign(key, text)).encode(), signature.encode()):
            return None
        try:
            return msgspec.json.decode(_decode(payload), type=VisitorToken)
        except (ValueError, msgspec.DecodeError):
            return None

    def encrypt(self, purpose: str, secret: str) -> str:
        """AES-256-GCM, bound to `purpose`: text for a database column."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._cipher(self._first)).encrypt(nonce, secret.encode(), purpose.encode())
        return f"v1.{self._first}.{_encode(nonce + sealed)}"

    def decrypt(self, purpose: str, text: str) -> str:
        """Raises SecretUnreadable for another purpose, an unknown key or altered text."""
        try:
            version, key, body = text.split(".")
            sealed = _decode(body)
            if version != "v1":
                raise SecretUnreadable("unknown version")
            opened = AESGCM(self._cipher(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SecretUnreadable("the secret can't be read with SECRET_KEY") from error
        return opened.decode()

    def derive(self, purpose: str) -> bytes:
        """32 bytes that only this installation can make, the same each time."""
        return _derive(self._keys[self._first], f"derive:{purpose}")

    def _sign(self, key: str, text: str) -> bytes:
        return hmac.digest(_derive(self._keys[key], "visitor"), text.encode(), hashlib.sha256)

    def _cipher(self, key: str) -> bytes:
        return _derive(self._keys[key], "encrypt")


def token_hash(token: str) -> bytes:
    """What is stored of a random secret: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"parley:{purpose}".encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
