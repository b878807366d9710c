"""Two editors begin the wording of a department at once: one has the draft, the other is told in words."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests import cast as city
from tests.cast import NOW
from yitong.documents.commands import templates
from yitong.documents.models import DocumentTemplate
from yitong.kernel.reasons import Conflict
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_first_draft_of_a_wording_is_begun_once() -> None:
    department = city.build().department("market").pk

    def begin() -> DocumentTemplate:
        return templates.save_draft(
            kind="acceptance_notice",
            department_id=department,
            title="受理通知书",
            body="现予受理。",
            actor=system("setup"),
            now=NOW,
        )

    def second() -> object:
        try:
            return begin()
        except Conflict as conflict:
            return conflict.reason.code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            begin()
            waiting = pool.submit(second)
            _until_blocked()
        assert waiting.result(timeout=20) == "draft_begun"
    assert DocumentTemplate.objects.filter(department_id=department).count() == 1


def _until_blocked() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            # Of this database: the server may serve other tests at the same time. A transaction sees one snapshot of it.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("the second never came to wait for the first")
