"""What is said to a contact who went silent, in the languages of the widget."""

from msgspec import Struct


class FollowUp(Struct, frozen=True):
    """{business} and {site} are filled in; `back` stands where the workspace lists a site."""

    subject: str
    text: str
    back: str


TEXTS = {
    "en": FollowUp(
        "Your chat with {business}",
        "Are you still there? If anything is left open, just write to us here and we will go on where we stopped.",
        "The chat is here: {site}",
    ),
    "es": FollowUp(
        "Tu conversación con {business}",
        "¿Sigues ahí? Si te ha quedado alguna duda, escríbenos y seguimos donde lo dejamos.",
        "El chat está aquí: {site}",
    ),
    "fr": FollowUp(
        "Votre conversation avec {business}",
        "Êtes-vous toujours là ? S'il vous reste une question, écrivez-nous et nous reprendrons là où nous en étions.",
        "La discussion est ici : {site}",
    ),
    "de": FollowUp(
        "Ihr Chat mit {business}",
        "Sind Sie noch da? Wenn noch etwas offen ist, schreiben Sie uns einfach: Wir machen dort weiter, wo wir aufgehört haben.",
        "Hier geht es zum Chat: {site}",
    ),
    "pt": FollowUp(
        "A sua conversa com {business}",
        "Ainda está aí? Se ficou alguma dúvida, escreva-nos e continuamos de onde parámos.",
        "O chat está aqui: {site}",
    ),
    "ar": FollowUp(
        "محادثتك مع {business}",
        "هل ما زلت هنا؟ إن بقي لديك أي سؤال فاكتب إلينا وسنكمل من حيث توقفنا.",
        "المحادثة هنا: {site}",
    ),
}


def text_for(locale: str) -> FollowUp:
    """By the language of a locale such as `pt-BR`; English where we don't speak it."""
    return TEXTS.get(locale.replace("_", "-").split("-")[0].lower(), TEXTS["en"])
