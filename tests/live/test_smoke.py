from server.schema import frames
from tests.live.conftest import Place


async def test_a_visitor_writes_and_the_ai_answers(place: Place) -> None:
    async with place.visitor() as visitor:
        welcome = await visitor.hello(place.key)
        assert welcome.conversation is None
        ack = await visitor.say("What are your opening hours?")
        assert isinstance(ack, frames.Ack)
        answer = await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.author.kind == "ai")
        for f in visitor.seen: print(f)
        assert answer.message.prev == 1
