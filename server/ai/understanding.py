"""What a visitor's message plainly is, without a model: a greeting, thanks, a wish for a person, something about themselves."""

from __future__ import annotations

import re

from msgspec import Struct


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What they said of themselves."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


# Per language: somebody, to talk (to somebody, a few words on), to want (somebody, at once).
_SOMEBODY = {
    "en": r"(?:an? |the |some )?(?:real |live |actual |human )?(?:person|human(?: being)?|agents?|operator|representative"
    r"|someone(?: real)?|somebody|staff|support team|colleague|manager)",
    "es": r"(?:una? |con ){0,3}(?:persona|humano|agente|operadora?|alguien|representante|asesora?)(?: real| humano)?",
    "fr": r"(?:une? |à |avec |d['’]|quelqu'un de ){0,3}(?:personne|humaine?|agent|conseill(?:er|ère)|opérateur"
    r"|quelqu['’]un)(?: réelle?)?",
    "de": r"(?:einem? |einen |einer |mit ){0,3}(?:echten |richtigen )?(?:mensch(?:en)?|mitarbeiter(?:in)?|person|agenten?"
    r"|berater(?:in)?|jemande[mn]|jemand)",
    "pt": r"(?:uma? |com |de ){0,3}(?:pessoa|humano|atendente|agente|alguém|alguem|operador)(?: real| de verdade)?",
    "ar": r"(?:مع |إلى |الى )?(?:شخص|إنسان|انسان|موظف|ممثل|وكيل)(?: حقيقي)?",
}
_TALK = {
    "en": r"(?:talk|speak|chat|connect|transfer|put|hand|switch|pass)",
    "es": r"(?:habl\w+|chate\w+|pás\w+|pas\w+|comunic\w+|contact\w+|atiend\w+)",
    "fr": r"(?:parl\w+|discut\w+|pass\w+|contact\w+)",
    "de": r"(?:sprech\w+|red\w+|chatt\w+|verbind\w+|kontakt\w*)",
    "pt": r"(?:fal\w+|convers\w+|pass\w+|transfer\w+|atend\w+)",
    "ar": r"(?:التحدث|اتحدث|أتحدث|الكلام|حولني|كلم\w*)",
}
_WANT = {
    "en": r"(?:get|want|need|give|like|bring)(?: me)?",
    "es": r"(?:quiero|necesito|dame|deme)(?: a)?",
    "fr": r"(?:veux|voudrais|souhaite|besoin)",
    "de": r"(?:will|möchte|brauche)",
    "pt": r"(?:quero|preciso|gostaria)",
    "ar": r"(?:أريد|اريد|أود|اود|احتاج|أحتاج)",
}
_PLEASE = r"(?:please|por favor|s'il vous plaît|bitte|من فضلك)"
_GAP = r"(?:(?!\b(?:about|for|sobre|para|pour|über|für|عن)\b)[^.!?\n]){0,30}?"


def _asking(code: str) -> re.Pattern[str]:
    body, talk, want = _SOMEBODY[code], _TALK[code], _WANT[code]
    forms = (
        rf"\b{talk}\b{_GAP}\b{body}\b",
        rf"\bmit {body} {talk}\b",
        rf"\b{want} {body}\b",
        rf"^\W*(?:{_PLEASE}\W*)?{body}\W*{_PLEASE}?\W*$",
    )
    return re.compile("|".join(forms), re.I)


_PERSON = [_asking(code) for code in _SOMEBODY]
_ABOUT_A_PERSON = re.compile(r"\b(?:not|don['’]?t|no|kein\w*|nicht|pas|sans|sin|não|nao)\b[^.!?\n]{0,25}$", re.I)

_HELLO = re.compile(
    r"^\W*(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|hola"
    r"|buen[oa]s(?: d[ií]as| tardes| noches)?|bonjour|bonsoir|salut|coucou|hallo"
    r"|guten (?:tag|morgen|abend)|moin|servus|grüß gott|olá|ola|oi|bom dia|boa (?:tarde|noite)"
    r"|مرحبا|مرحبًا|أهلا|اهلا|السلام عليكم|صباح الخير|مساء الخير)"
    r"(?:[\s,]+(?:there|all|everyone|team|zusammen|à tous|a todos))?\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^\W*(?:(?:ok|okay|great|perfect|super|gut|bien|vale|perfecto|parfait|ótimo)[\s,!.]+)?"
    r"(?:many |muchas |vielen |merci beaucoup|muito )?"
    r"(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|ty|cheers|gracias|merci"
    r"|danke(?: schön| sehr)?|dank|obrigad[oa]|شكرا|شكرًا)"
    r"(?:[\s,]+(?:bye|goodbye|for your help|tschüss|au revoir|adiós|tchau))?\W*$",
    re.I,
)

_HOURS = re.compile(
    r"\b(?:open(?:ing)?(?: hours| times)?|(?:business|office|working) hours|closed?|hours"
    r"|horarios?|abr(?:en|ís|em|e|is)|abiert[oa]s?"
    r"|cerrad[oa]s?|horaires?|ouvert[es]*|ouvrez|öffnungszeiten|ge?öffnet|offen|horários?|abert[oa]s?)\b"
    r"|ساعات (?:العمل|الدوام)|مفتوح",
    re.I,
)
SHORT_WORDS = 8

_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}")
# A leading + or 0, the groups of a number, or a word before it say that it is one; else it may be an order's.
_PHONE = re.compile(
    r"(?:(?<![\w.,/-])(?=\+|\(?0|\(?\d{3}\)?[ .-]\d{3}[ .-]\d)"
    r"|\b(?:phone|number(?: is)?|call me(?: at| on)?|tel|whatsapp)\W{1,3}?)"
    r"(\+?\(?\d(?:[\s().\/-]{0,2}\d){6,14})(?![\w-])",
    re.I,
)
_NAME = re.compile(
    r"(?:\bmy name is|\bme llamo|\bmi nombre es|\bje m['’]appelle|\bmon nom est|\bich hei(?:ß|ss)e|\bmein name ist|\bme chamo"
    r"|\bmeu nome é|\bاسمي)\s+((?:[^\W\d_][\w'’-]*)(?:\s+(?!(?:and|y|et|und|e|but|from|de mi)\b)[A-ZÀ-ÖØ-Þ][\w'’-]*){0,3})",
    re.I,
)


def wants_person(text: str) -> bool:
    """“Can I talk to a human?”, “quiero hablar con una persona”, “agent” …"""
    for pattern in _PERSON:
        found = pattern.search(text)
        if found and not _ABOUT_A_PERSON.search(text[: found.start()]):
            return True
    return False


def is_greeting(text: str) -> bool:
    return _HELLO.match(text) is not None


def is_thanks(text: str) -> bool:
    return _THANKS.match(text) is not None


def asks_hours(text: str) -> bool:
    """A short question for when somebody is there."""
    return _HOURS.search(text) is not None and len(text.split()) <= SHORT_WORDS


def told(text: str) -> Told:
    """What the text says of its writer, and nothing that it does not."""
    email, name = _EMAIL.search(text), _NAME.search(text)
    phone = _PHONE.search(_EMAIL.sub(" ", text))
    return Told(
        name=name.group(1).strip()[:200] if name else None,
        email=email.group(0) if email else None,
        phone=phone.group(1).strip() if phone else None,
    )


def asks_something(text: str) -> bool:
    """Whether anything but contact details and courtesies is left of it."""
    rest = _NAME.sub(" ", _PHONE.sub(" ", _EMAIL.sub(" ", text)))
    return "?" in rest or "؟" in rest or len(re.findall(r"\w{3,}", rest)) > 6
