"""Nobody is there: the contact hears when somebody answers, and is asked for an e-mail."""

from datetime import UTC, datetime
from uuid import UUID

from db import conversations as db
from db import visitors, workspaces
from db.pool import tenant
from server.core import presence
from server.core.core import Core
from server.core.hours import next_opening
from server.core.ids import new_id
from server.schema.accounts import WorkspaceRecord
from server.schema.records import NewMessage

# Per language: nobody now but we are open; nobody until {when}; nobody, and no hours known; the ask.
WORDS = {
    "en": (
        "Nobody is at the desk this minute. A colleague answers here as soon as possible.",
        "Our team is away now and answers from {when}.",
        "Leave your e-mail and we will write to you as well.",
        "E-mail",
    ),
    "es": (
        "En este momento no hay nadie disponible. Una persona le responderá aquí en cuanto pueda.",
        "Nuestro equipo no está disponible ahora y responde a partir de: {when}.",
        "Deje su correo electrónico y también le escribiremos.",
        "Correo electrónico",
    ),
    "fr": (
        "Personne n'est disponible à cette minute. Une personne vous répond ici dès que possible.",
        "Notre équipe est absente et répond à partir de : {when}.",
        "Laissez votre e-mail et nous vous écrirons aussi.",
        "E-mail",
    ),
    "de": (
        "Gerade ist niemand am Platz. Jemand antwortet hier so bald wie möglich.",
        "Unser Team ist gerade nicht da und antwortet ab: {when}.",
        "Hinterlassen Sie Ihre E-Mail-Adresse, dann schreiben wir Ihnen auch.",
        "E-Mail",
    ),
    "pt": (
        "Neste momento não há ninguém disponível. Uma pessoa responde aqui assim que possível.",
        "A nossa equipa está ausente e responde a partir de: {when}.",
        "Deixe o seu e-mail e também lhe escreveremos.",
        "E-mail",
    ),
    "ar": (
        "لا يوجد أحد متاح في هذه اللحظة. سيرد عليك أحد الزملاء هنا في أقرب وقت.",
        "فريقنا غير متاح الآن ويرد ابتداءً من: {when}.",
        "اترك بريدك الإلكتروني وسنراسلك أيضًا.",
        "البريد الإلكتروني",
    ),
}


async def away_rows(core: Core, workspace: UUID, conversation: UUID, locale: str | None = None) -> list[NewMessage]:
    """A row that says so, with a form for the e-mail where it is not known; none where an agent is online."""
    if await presence.somebody_answers(core, workspace):
        return []
    async with tenant(core.pool, workspace) as conn:
        business = await workspaces.get(conn)
        record = await db.get(conn, conversation)
        if business is None or record is None:
            return []
        email, spoken = await visitors.reach(conn, record.contact.id)
    busy, away, ask, label = WORDS.get((locale or spoken or business.locale).split("-")[0].lower(), WORDS["en"])
    when = _when(business)
    text = away.format(when=when) if when else busy
    if email:
        return [NewMessage(conversation=conversation, id=new_id(), kind="text", text=text, author_name=business.name)]
    return [
        NewMessage(
            conversation=conversation,
            id=new_id(),
            kind="form",
            author_name=business.name,
            text=f"{text} {ask}",
            data={"fields": [{"name": "email", "type": "email", "label": label, "required": True}]},
        )
    ]


def _when(business: WorkspaceRecord) -> str | None:
    opening = next_opening(business.hours, business.timezone, datetime.now(UTC))
    return f"{opening:%Y-%m-%d %H:%M} ({business.timezone})" if opening else None
