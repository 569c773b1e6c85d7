"""A conversation has been quiet: its contact is scored, and becomes a lead where it qualifies."""

from uuid import UUID

from db import leads as db
from db.pool import Connection, tenant
from server.conversations.post import post
from server.core.core import Core
from server.core.errors import NotFound
from server.core.ids import new_id
from server.leads.score import Evidence, Score, qualifies, score
from server.schema.records import NewMessage

ANONYMOUS = {"web"}
"""Channels that don't identify the person: their visitors must qualify."""

FACTS = ("service", "urgency", "budget", "location", "decision_maker", "timeline")


async def score_lead(core: Core, workspace: UUID, conversation: UUID) -> str:
    """What came of it, in words without anybody's data. Inboxes see the label at once. Raises NotFound."""
    async with tenant(core.pool, workspace) as conn:
        grounds = await db.grounds(conn, conversation)
        if grounds is None:
            raise NotFound("there is no such conversation")
        scored = score(
            Evidence(
                said=grounds.said, name=grounds.name, email=grounds.email, phone=grounds.phone, company=grounds.company,
                facts=grounds.facts, asked_for_person=grounds.asked_for_person,
            )
        )  # fmt: skip
        if not await _keep(conn, grounds, scored):
            return f"{scored.points} ({scored.label}): not a lead yet"
    # Also where nothing is new: a run that was cut off here may have kept a score that no inbox has heard of.
    await post(core, workspace, [NewMessage(conversation=conversation)])
    return f"{scored.points} ({scored.label})"


async def _keep(conn: Connection, grounds: db.Grounds, scored: Score) -> bool:
    """False where there is no lead and none begins."""
    before = await db.lock(conn, grounds.contact)
    if before is None and grounds.channel in ANONYMOUS and not qualifies(scored, len(grounds.said)):
        return False
    lead = await db.keep(
        conn,
        new_id(),
        grounds.contact,
        "contacted" if grounds.responded else "new",
        scored.points,
        scored.label,
        scored.reasons,
        {name: grounds.facts[name] for name in FACTS if name in grounds.facts},
        grounds.last_seq,
    )
    if before is None:
        await db.add_event(conn, lead, "created", {"channel": grounds.channel})
    if before is None or (before.score, before.label) != (scored.points, scored.label):
        was = {"was": before.score} if before is not None else {}
        await db.add_event(conn, lead, "scored", {"score": scored.points, "label": scored.label, **was})
    return True
