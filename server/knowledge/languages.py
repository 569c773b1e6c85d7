"""How PostgreSQL reads each language: which endings and small words don't matter."""

_CONFIGS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def text_search(language: str) -> str:
    """The text search configuration of a language tag such as `pt-BR`; `simple` where there is none."""
    return _CONFIGS.get(language.lower().replace("_", "-").split("-")[0], "simple")
