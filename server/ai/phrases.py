"""What is said without a model, in the languages of the widget."""

from __future__ import annotations

from msgspec import Struct


class Phrases(Struct, frozen=True, kw_only=True):
    hello: str
    """{assistant} and {business} are filled in."""
    unknown: str
    hours: str
    """{hours} is filled in."""
    closed: str
    """Said before `hours` where nobody is there now."""
    days: tuple[str, ...]
    thanks: str
    saved: str
    person: str
    """A person has been asked for."""
    failed: str
    """The provider gave no answer, a person will."""
    declined: str


ENGLISH = Phrases(
    hello="Hello! I'm {assistant}, the AI assistant of {business}. What would you like to know?",
    unknown="I'm sorry, I don't know that. Would you like a person to help? Write “person” or tap “Talk to a person”.",
    hours="People are here {hours}.",
    closed="We are closed at the moment.",
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    thanks="You're welcome! Is there anything else I can help with?",
    saved="Thank you, I've noted that. How can I help?",
    person="Of course. I'm bringing in a person who will go on from here.",
    failed="I'm sorry, I can't answer right now. I've asked a person to take over, and they can read what you wrote.",
    declined="I'm sorry, I can't help with that. Would you like a person to help? Write “person” or tap “Talk to a person”.",
)

PHRASES: dict[str, Phrases] = {
    "en": ENGLISH,
    "es": Phrases(
        hello="¡Hola! Soy {assistant}, asistente de IA de {business}. ¿Qué te gustaría saber?",
        unknown="Lo siento, eso no lo sé. ¿Quieres que te ayude una persona? Escribe «persona» o pulsa «Hablar con una persona».",
        hours="Nuestro horario: {hours}.",
        closed="Ahora mismo está cerrado.",
        days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        thanks="¡De nada! ¿Puedo ayudarte con algo más?",
        saved="Gracias, lo he anotado. ¿En qué puedo ayudarte?",
        person="Por supuesto. Aviso a una persona, que seguirá desde aquí.",
        failed="Lo siento, ahora mismo no puedo responder. He pedido a una persona que continúe; puede leer lo que has escrito.",
        declined="Lo siento, con eso no puedo ayudarte. ¿Quieres que te ayude una persona? "
        "Escribe «persona» o pulsa «Hablar con una persona».",
    ),
    "fr": Phrases(
        hello="Bonjour ! Je suis {assistant}, l'assistant IA de {business}. Que souhaitez-vous savoir ?",
        unknown="Désolé, je ne le sais pas. Voulez-vous l'aide d'une personne ? "
        "Écrivez « personne » ou touchez « Parler à une personne ».",
        hours="Nos horaires : {hours}.",
        closed="Nous sommes fermés pour le moment.",
        days=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
        thanks="Je vous en prie ! Puis-je vous aider pour autre chose ?",
        saved="Merci, c'est noté. Comment puis-je vous aider ?",
        person="Bien sûr. Je préviens une personne qui prendra la suite.",
        failed="Désolé, je ne peux pas répondre pour le moment. J'ai demandé à une personne de prendre le relais ; "
        "elle peut lire ce que vous avez écrit.",
        declined="Désolé, je ne peux pas vous aider pour cela. Voulez-vous l'aide d'une personne ? "
        "Écrivez « personne » ou touchez « Parler à une personne ».",
    ),
    "de": Phrases(
        hello="Hallo! Ich bin {assistant}, der KI-Assistent von {business}. Was möchten Sie wissen?",
        unknown="Das weiß ich leider nicht. Soll Ihnen ein Mensch weiterhelfen? "
        "Schreiben Sie „Mensch“ oder tippen Sie auf „Mit einem Menschen sprechen“.",
        hours="Unsere Zeiten: {hours}.",
        closed="Im Moment ist geschlossen.",
        days=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        thanks="Gern geschehen! Kann ich sonst noch etwas für Sie tun?",
        saved="Danke, das habe ich notiert. Wie kann ich helfen?",
        person="Natürlich. Ich hole einen Menschen dazu, der hier weitermacht.",
        failed="Ich kann im Moment leider nicht antworten. Ich habe einen Menschen gebeten zu übernehmen; "
        "er kann lesen, was Sie geschrieben haben.",
        declined="Dabei kann ich leider nicht helfen. Soll Ihnen ein Mensch weiterhelfen? "
        "Schreiben Sie „Mensch“ oder tippen Sie auf „Mit einem Menschen sprechen“.",
    ),
    "pt": Phrases(
        hello="Olá! Sou {assistant}, assistente de IA de {business}. O que gostaria de saber?",
        unknown="Desculpe, isso eu não sei. Gostaria da ajuda de uma pessoa? "
        "Escreva “pessoa” ou toque em “Falar com uma pessoa”.",
        hours="O nosso horário: {hours}.",
        closed="Neste momento estamos fechados.",
        days=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
        thanks="De nada! Posso ajudar em mais alguma coisa?",
        saved="Obrigado, já anotei. Como posso ajudar?",
        person="Claro. Vou chamar uma pessoa, que continua a partir daqui.",
        failed="Desculpe, não consigo responder agora. Pedi a uma pessoa que assuma; ela pode ler o que você escreveu.",
        declined="Desculpe, com isso não posso ajudar. Gostaria da ajuda de uma pessoa? "
        "Escreva “pessoa” ou toque em “Falar com uma pessoa”.",
    ),
    "ar": Phrases(
        hello="مرحبًا! أنا {assistant}، المساعد الذكي لدى {business}. ماذا تود أن تعرف؟",
        unknown="عذرًا، لا أعرف ذلك. هل تود أن يساعدك شخص؟ اكتب «شخص» أو اضغط على «التحدث إلى شخص».",
        hours="أوقات العمل: {hours}.",
        closed="نحن مغلقون حاليًا.",
        days=("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        thanks="على الرحب والسعة! هل أستطيع مساعدتك في شيء آخر؟",
        saved="شكرًا، لقد سجلت ذلك. كيف أستطيع مساعدتك؟",
        person="بالتأكيد. سأطلب من أحد الزملاء أن يتابع معك من هنا.",
        failed="عذرًا، لا أستطيع الرد الآن. طلبت من أحد الزملاء أن يتابع معك، ويمكنه قراءة ما كتبته.",
        declined="عذرًا، لا أستطيع المساعدة في ذلك. هل تود أن يساعدك شخص؟ اكتب «شخص» أو اضغط على «التحدث إلى شخص».",
    ),
}


def phrases(locale: str) -> Phrases:
    """Those of a language tag such as `pt-BR`; English where there are none."""
    return PHRASES.get(locale.lower().replace("_", "-").split("-")[0], ENGLISH)
