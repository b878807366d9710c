"""Recording an act."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from yitong.audit.commands import record, record_many
from yitong.audit.commands.record import Act
from yitong.audit.models import Entry
from yitong.audit.rules.leaf import BadEntry

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)


def recorded(**changes):
    values = {
        "actor_ref": "staff:7",
        "tag": "cases:case:accepted",
        "subject": "case:1",
        "detail": {"step": 1},
        "now": NOW,
    }
    return record(**{**values, **changes})


@pytest.mark.django_db
def test_recording_is_exactly_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        entry = recorded()
    assert captured[0]["sql"].startswith('INSERT INTO "audit_entry"')
    assert Entry.objects.get().pk == entry.pk
    assert entry.index is None


@pytest.mark.django_db
def test_many_acts_are_one_insert(django_assert_num_queries):
    acts = [Act("staff:7", "cases:case:closed", f"case:{number}") for number in range(50)]
    with django_assert_num_queries(1):
        entries = record_many(acts, now=NOW)
    assert [entry.subject for entry in Entry.objects.order_by("id")] == [entry.subject for entry in entries]


@pytest.mark.django_db
def test_no_acts_touch_no_table(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_many([], now=NOW) == []


@pytest.mark.django_db
def test_the_stored_row_gives_the_same_leaf_as_the_recorded_one():
    entry = recorded(detail={"b": [1, True, None, "李"], "a": {"z": -3, "y": NOW, "é": ""}})
    assert Entry.objects.get(pk=entry.pk).leaf() == entry.leaf()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tag": "accepted"}, "tag"),
        ({"tag": "cases:case:Accepted"}, "tag"),
        ({"actor_ref": ""}, "actor_ref"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
        ({"detail": {"amount": 1.5}}, "detail.amount"),
        ({"detail": {"deep": [{"n": 2**60}]}}, "detail.deep[0].n"),
        ({"detail": {"text": "\ud800"}}, "detail.text"),
        ({"detail": {3: "x"}}, "detail"),
        ({"now": datetime(2026, 9, 24, 7, 0)}, "time zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_proved_later_is_refused_and_named(changes, named):
    with pytest.raises(BadEntry) as refusal:
        recorded(**changes)
    assert named in str(refusal.value)
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'case:2'",
        "UPDATE audit_entry SET detail = '{}'",
        "UPDATE audit_entry SET detail = '{\"step\": 1.0}'",
        "UPDATE audit_entry SET at = at + interval '1 second'",
        "UPDATE audit_entry SET actor_ref = 'staff:8', index = 0, leaf_hash = decode(repeat('00', 32), 'hex')",
        "UPDATE audit_entry SET index = 0",
        "UPDATE audit_entry SET index = 0, leaf_hash = 'short'",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_every_change_of_an_entry(statement):
    recorded()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().subject == "case:1"


@pytest.mark.django_db
def test_an_entry_gets_its_place_once():
    recorded()
    place = "UPDATE audit_entry SET index = %s, leaf_hash = decode(repeat('00', 32), 'hex')"
    with connection.cursor() as cursor:
        cursor.execute(place, [0])
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(place, [1])


@pytest.mark.django_db
def test_an_act_that_is_undone_leaves_no_entry():
    with pytest.raises(RuntimeError), transaction.atomic():
        recorded()
        raise RuntimeError
    assert not Entry.objects.exists()
