"""Who sees what: the holder, the reviewers of the department, nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from yitong.certificates import commands, queries
from yitong.certificates.permissions import types_for, verifications_visible_to, visible_to
from yitong.certificates.tests.conftest import Bench
from yitong.certificates.tests.test_verifying import ask
from yitong.documents.queries import document_for

pytestmark = pytest.mark.django_db
ALL = ("citizen", "stranger", "clerk", "accepter", "reviewer", "chief", "head", "supervisor", "registrar", "author", "admin",
       "outsider", "town_official")  # fmt: skip


def seeing(bench: Bench, rows: Any) -> set[str]:
    return {who for who in ALL if rows(bench.actor(who)).exists()}


def test_a_reviewed_request_is_seen_by_its_holder_and_its_department(bench: Bench) -> None:
    made = bench.approved()
    assert seeing(bench, visible_to) == {"citizen", "outsider"}
    code = made.document.code
    assert {who for who in ALL if document_for(bench.actor(who), code)} == {"citizen", "outsider"}


def test_an_instant_certificate_is_seen_by_its_holder_alone_where_nobody_reviews(bench: Bench) -> None:
    bench.instant()
    assert seeing(bench, visible_to) == {"citizen"}


def test_a_sheet_is_seen_by_its_holder_and_who_drew_it_at_the_window(bench: Bench) -> None:
    window = bench.window()
    commands.draw_sheet(
        actor=bench.actor("clerk"),
        window_id=window.pk,
        chosen=["real-estate.count"],
        purpose="窗口核验",
        evidence={},
        now=bench.now,
    )
    assert seeing(bench, visible_to) == {"citizen", "clerk"}


def test_what_an_enterprise_has_is_seen_by_who_acts_for_it(bench: Bench) -> None:
    bench.request("firm_compliance", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    assert seeing(bench, visible_to) == {"citizen", "accepter", "reviewer", "chief"}


def test_a_verification_is_seen_by_both_departments_and_the_holder(bench: Bench) -> None:
    ask(bench)
    assert seeing(bench, verifications_visible_to) == {"citizen", "accepter", "reviewer", "chief", "outsider"}


def test_a_clerk_sees_what_he_asked_and_not_what_his_office_asked(bench: Bench) -> None:
    ask(bench, "clerk")
    assert seeing(bench, verifications_visible_to) == {"citizen", "clerk", "outsider"}


def test_lists_counts_and_exports_ask_the_same_policy(bench: Bench) -> None:
    made = bench.approved()
    asked = ask(bench)
    for who in ALL:
        actor = bench.actor(who)
        mine = {row.number for row in queries.mine(actor, bench.now).rows}
        desk = {row.number for row in queries.reviews(actor, "all", "", bench.now).rows}
        questions = {row.number for row in queries.verifications(actor, "all", "", bench.now).rows}
        assert mine == ({made.number} if who == "citizen" else set()), who
        assert desk == ({made.number} if who == "outsider" else set()), who
        expected = {"accepter", "reviewer", "chief", "outsider"}
        assert questions == ({asked.number} if who in expected else set()), who
        if actor.is_staff:
            counts = queries.counts(actor, bench.now)
            assert counts.to_answer == (1 if who == "outsider" else 0), who


def test_types_out_of_use_are_shown_to_who_edits_them(bench: Bench) -> None:
    kind = bench.type("housing")
    kind.active = False
    kind.save()
    assert not types_for(bench.actor("citizen")).filter(code="housing").exists()
    assert types_for(bench.actor("registrar")).filter(code="housing").exists()
