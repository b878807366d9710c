"""Giving entries their place: order, gaps, two sequencers, a death in between."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitong.audit.commands import Act, ensure_keys, record, record_many, rotate_key, sequence, sequence_all
from yitong.audit.commands.keys import KeyUnreadable
from yitong.audit.models import Checkpoint, Entry, Node, SigningKey
from yitong.audit.offline import verify
from yitong.audit.queries.receipts import receipt, receipt_of
from yitong.audit.queries.tree import NoSuchSize, consistency, get_node, latest_checkpoint
from yitong.kernel import merkle

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)


def acts(count, first=0):
    return record_many(
        [Act("staff:7", "cases:case:closed", f"case:{first + place}") for place in range(count)], now=NOW
    )


@pytest.mark.django_db
def test_entries_get_consecutive_places_and_one_checkpoint_a_batch():
    acts(25)
    assert [sequence(now=NOW, batch=10) for _ in range(4)] == [10, 10, 5, 0]
    assert list(Entry.objects.order_by("id").values_list("index", flat=True)) == list(range(25))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [10, 20, 25]
    leaves = [merkle.leaf_hash(entry.leaf()) for entry in Entry.objects.order_by("index")]
    assert bytes(latest_checkpoint().root) == merkle.root(leaves)


@pytest.mark.django_db
def test_nothing_waiting_signs_nothing():
    assert sequence(now=NOW) == 0
    assert not Checkpoint.objects.exists()


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_batch(django_assert_max_num_queries):
    ensure_keys(now=NOW)
    acts(1000)
    with django_assert_max_num_queries(12):
        assert sequence(now=NOW) == 1000


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.integers(1, 13), min_size=1, max_size=8))
@pytest.mark.django_db
def test_every_inclusion_and_every_consistency_proof_of_any_history_verifies(batches):
    mark = transaction.savepoint()
    try:
        sizes = []
        for count in batches:
            acts(count, first=sum(sizes[-1:]))
            assert sequence(now=NOW) == count
            sizes.append(sum(sizes[-1:]) + count)
        total = sizes[-1]
        newest = latest_checkpoint()
        for entry in Entry.objects.all():
            assert verify(receipt_of(entry, newest), bytes(newest.key.public_key)).valid
        roots = {point.size: bytes(point.root) for point in Checkpoint.objects.all()}
        for size in sizes:
            proof = merkle.consistency_proof(size, total, get_node)
            merkle.verify_consistency(size, total, roots[size], roots[total], proof)
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_after_a_later_one_was_sequenced_is_not_forgotten():
    parameters = connection.get_connection_params()
    columns = "(at, tag, actor_ref, subject, detail) VALUES (now(), 'cases:case:closed', 'staff:7', 'case:late', '{}')"
    with psycopg.connect(
        host=parameters["host"], port=parameters["port"], user=parameters["user"], dbname=parameters["dbname"]
    ) as slow:
        slow.execute(f"INSERT INTO audit_entry {columns}")
        later = record(actor_ref="staff:7", tag="cases:case:closed", subject="case:early", detail={}, now=NOW)
        assert sequence_all(now=NOW) == 1
        slow.commit()
    late = Entry.objects.get(subject="case:late")
    assert late.pk < later.pk
    assert sequence_all(now=NOW) == 1
    late.refresh_from_db()
    assert late.index == 1
    assert verify(receipt("case:late")).valid
    assert verify(receipt("case:early")).valid


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_and_two_writers_give_one_unbroken_log():
    stop = threading.Event()
    failures = []

    def guarded(work):
        def run():
            try:
                work()
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        return threading.Thread(target=run)

    def write():
        for place in range(60):
            record(actor_ref="staff:7", tag="cases:case:closed", subject=f"case:{place}", detail={}, now=NOW)

    def drain():
        while not stop.is_set():
            sequence(now=NOW, batch=7)

    writers, drains = [guarded(write), guarded(write)], [guarded(drain), guarded(drain)]
    for thread in writers + drains:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in drains:
        thread.join()
    sequence_all(now=NOW)
    assert failures == []
    leaves = [merkle.leaf_hash(entry.leaf()) for entry in Entry.objects.order_by("index")]
    assert len(leaves) == 120
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(120))
    for point in Checkpoint.objects.all():
        assert bytes(point.root) == merkle.root(leaves[: point.size])


@pytest.mark.django_db(transaction=True)
def test_while_one_sequences_another_does_nothing_and_does_not_wait():
    acts(3)
    with transaction.atomic():
        assert sequence(now=NOW, batch=1) == 1
        seen = []
        other = threading.Thread(target=lambda: (seen.append(sequence(now=NOW)), connection.close()))
        other.start()
        other.join(5)
        assert seen == [0]


@pytest.mark.django_db(transaction=True)
def test_a_sequencer_that_dies_before_it_commits_leaves_the_log_as_it_was(monkeypatch):
    acts(5)
    sequence(now=NOW)
    acts(5, first=5)

    def death(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("yitong.audit.commands.sequencing._sign", death)
        with pytest.raises(KeyboardInterrupt):
            sequence(now=NOW)
    assert Entry.objects.filter(index__isnull=True).count() == 5
    assert latest_checkpoint().size == 5
    assert sequence(now=NOW) == 5
    assert verify(receipt("case:9")).valid


@pytest.mark.django_db
def test_consistency_between_any_two_sizes_checks_in_the_public_form(tmp_path):
    import json

    from yitong.kernel.merkle_cli import check_proof

    acts(9)
    sequence(now=NOW, batch=4)
    sequence_all(now=NOW)
    file = tmp_path / "proof.json"
    for size in range(1, 10):
        file.write_text(json.dumps(consistency(size)))
        assert check_proof(file) == 0
    for size in (0, -1, 10):
        with pytest.raises(NoSuchSize, match="9 entries"):
            consistency(size)


@pytest.mark.django_db
def test_a_rotated_key_signs_what_follows_and_the_former_still_verifies():
    acts(1)
    sequence(now=NOW)
    former = receipt("case:0")
    second = rotate_key(actor_ref="system:cli", now=NOW + timedelta(days=1))
    sequence(now=NOW + timedelta(days=1))
    assert verify(former).valid
    assert receipt("case:0")["checkpoint"]["keyId"] == second != former["checkpoint"]["keyId"]
    assert SigningKey.objects.filter(retired_at__isnull=True).count() == 1


@pytest.mark.django_db
def test_another_platform_secret_stops_the_sequencer_and_loses_nothing(settings):
    acts(1)
    ensure_keys(now=NOW)
    settings.SECRET_KEY = "another secret of at least thirty-two characters"
    with pytest.raises(KeyUnreadable, match="YITONG_SECRET_KEY"):
        sequence(now=NOW)
    assert Entry.objects.filter(index__isnull=True).count() == 1


@pytest.mark.django_db
def test_the_private_key_is_not_readable_in_the_table():
    ensure_keys(now=NOW)
    from yitong.audit.commands.keys import key_in_use, private_key

    key = key_in_use(now=NOW)
    assert private_key(key).private_bytes_raw() not in bytes(key.sealed_private)


@pytest.mark.django_db(transaction=True)
def test_set_up_run_twice_at_once_makes_one_key():
    start = threading.Barrier(4)
    made = []

    def set_up():
        start.wait()
        made.append(ensure_keys(now=NOW))
        connection.close()

    threads = [threading.Thread(target=set_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Node, Checkpoint])
@pytest.mark.parametrize("act", ["delete", "update"])
def test_the_tree_cannot_be_rewritten(model, act):
    from django.db import DatabaseError

    acts(2)
    sequence(now=NOW)
    table = model._meta.db_table
    column = "hash" if model is Node else "root"
    statement = f"DELETE FROM {table}" if act == "delete" else f"UPDATE {table} SET {column} = {column}"
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
