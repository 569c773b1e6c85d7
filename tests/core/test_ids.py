import time
from uuid import RFC_4122, UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import contact_of, conversation_of, new_id


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    for _ in range(100):
        id = new_id()
        assert (id.version, id.variant) == (7, RFC_4122)


def test_it_says_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_rise_with_time() -> None:
    """Rows lie together, and of two turns of the AI the later one wins."""
    ids = []
    for _ in range(5):
        ids.append(new_id())
        made = time.time_ns() // 1_000_000
        while time.time_ns() // 1_000_000 == made:
            pass
    assert ids == sorted(ids)
    assert [str(id) for id in ids] == sorted(str(id) for id in ids)


def test_no_two_are_the_same() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


@given(st.uuids(), st.uuids())
def test_two_devices_of_a_visitor_meet_in_one_conversation(contact: UUID, account: UUID) -> None:
    assert conversation_of(contact, account) == conversation_of(UUID(str(contact)), UUID(str(account)))


def test_every_contact_has_its_own_on_every_account() -> None:
    contacts, accounts = [uuid4(), uuid4()], [uuid4(), uuid4()]
    assert len({conversation_of(contact, account) for contact in contacts for account in accounts}) == 4


def test_the_same_user_of_two_workspaces_is_two_contacts() -> None:
    here, there = uuid4(), uuid4()
    assert contact_of(here, "42") == contact_of(here, "42")
    assert len({contact_of(here, "42"), contact_of(there, "42"), contact_of(here, "43")}) == 3
