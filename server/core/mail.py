"""E-mail out, through SMTP_URL. What it sends is plain text from our own tables: nothing that a stranger wrote."""

from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

TIMEOUT_SECONDS = 10.0
SUBMISSION, IMPLICIT_TLS = 587, 465


class Refused(Exception):
    """The server will never take it: no such address, or it may not be sent. `str()` repeats no address."""


class Mail:
    """`smtp://user:secret@host:587` (STARTTLS where the server offers it), `smtps://…` (TLS from the start), or empty."""

    def __init__(self, url: str, sender: str) -> None:
        self._where, self._sender = urlsplit(url), sender

    @property
    def configured(self) -> bool:
        return bool(self._where.hostname)

    async def send(self, to: str, subject: str, text: str, id: str) -> None:
        """Returns when the server has taken it. `id` names the message: a copy of it has the same.

        Raises Refused, or aiosmtplib.SMTPException and OSError, after which it may be sent again.
        """
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._sender, to, subject
        except ValueError:
            raise Refused("this is no address") from None
        message["Message-ID"] = f"<{id}@{parseaddr(self._sender)[1].partition('@')[2] or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        tls = self._where.scheme == "smtps"
        try:
            await aiosmtplib.send(
                message,
                recipients=[to],
                hostname=self._where.hostname,
                port=self._where.port or (IMPLICIT_TLS if tls else SUBMISSION),
                username=unquote(self._where.username) if self._where.username else None,
                password=unquote(self._where.password) if self._where.password else None,
                use_tls=tls,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(one.code >= 500 for one in refused.recipients):
                raise Refused("the mail server refused the address") from None
            raise
        except aiosmtplib.SMTPResponseException as answer:
            if 550 <= answer.code < 560:
                raise Refused(f"the mail server refused it with {answer.code}") from None
            raise
