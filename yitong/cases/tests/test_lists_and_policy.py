"""Who sees what: one policy for lists, search, counts, case pages; a fixed number of queries."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yitong.cases import commands, queries
from yitong.cases.models import Case
from yitong.cases.permissions import branches, can_view, visible_to
from yitong.cases.queries import CaseNotVisible, InboxFilters
from yitong.cases.tests.test_promises import PROMISED, offered
from yitong.parties.actors import ANONYMOUS, HeldMandate

EVERYBODY = [
    "citizen",
    "stranger",
    "clerk",
    "accepter",
    "reviewer",
    "chief",
    "head",
    "supervisor",
    "author",
    "admin",
    "outsider",
    "town_official",
]


def window_case(office) -> Case:
    case = commands.file_at_counter(
        actor=office.actor("clerk"),
        item_code=office.item.basic_code,
        applicant=commands.Applicant(enterprise_id=office.cast.enterprise().pk),
        answers={"scope": "catering"},
        form={"shop": "恒信饭店", "phone": "13800000001"},
        materials=[{"code": code, "paper": True} for code in ("application", "layout", "rules")],
        now=office.now,
    )
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def world(office) -> dict[str, Case]:
    return {
        "draft": office.draft(),
        "submitted": office.submitted(),
        "window": window_case(office),
        "accepted": office.accepted(),
        "delivering": office.granted(),
    }


EXPECTED = {
    "citizen": {"draft", "submitted", "window", "accepted", "delivering"},
    "stranger": set(),
    "clerk": {"window", "delivering"},
    "accepter": {"submitted", "window", "accepted", "delivering"},
    "reviewer": {"submitted", "window", "accepted", "delivering"},
    "chief": {"submitted", "window", "accepted", "delivering"},
    "head": {"submitted", "window", "accepted", "delivering"},
    "supervisor": {"submitted", "window", "accepted", "delivering"},
    "author": set(),
    "admin": set(),
    "outsider": {"accepted", "delivering"},
    "town_official": set(),
}


def test_everybody_sees_exactly_his_own(office, world):
    names = {case.pk: name for name, case in world.items()}
    for who in EVERYBODY:
        actor = office.actor(who)
        seen = {names[pk] for pk in visible_to(actor).values_list("pk", flat=True)}
        assert seen == EXPECTED[who], who
        # The question about one case and the list must never disagree.
        assert {name for name, case in world.items() if can_view(actor, case)} == EXPECTED[who], who
        for name, case in world.items():
            if case.number and name not in EXPECTED[who]:
                with pytest.raises(CaseNotVisible):
                    queries.case_for(actor, case.number)
    assert not visible_to(ANONYMOUS).exists()


def test_an_agency_sees_what_its_mandates_cover_by_one_condition_a_scope(office, world):
    items, other = frozenset({office.item.basic_code}), frozenset({"000131007000"})
    of = [office.cast.person(name).pk for name in ("citizen", "stranger")]
    others = [HeldMandate(n, 1_000_000 + n, None, items) for n in range(40)]
    agent = replace(office.actor("stranger"), mandates=(*others, HeldMandate(41, of[0], None, items)))
    assert len(branches(agent)) == 2
    assert set(visible_to(agent)) == {each for each in world.values() if each.applicant_person_id == of[0]} != set()
    assert not visible_to(replace(agent, mandates=(HeldMandate(41, of[0], None, other),))).exists()
    firm = HeldMandate(42, None, office.cast.enterprise().pk, items)
    assert set(visible_to(replace(agent, mandates=(firm,)))) == {
        each for each in world.values() if each.applicant_enterprise_id == firm.enterprise_id
    }


def test_lists_search_and_counts_never_leave_the_policy(office, world):
    for who in EVERYBODY:
        actor = office.actor(who)
        allowed = set(visible_to(actor).values_list("pk", flat=True))
        found = queries.inbox(actor, InboxFilters(), 1, office.now).cases
        open_ones = set(visible_to(actor).exclude(state__in=["draft", "closed"]).values_list("pk", flat=True))
        assert {case.pk for case in found} == open_ones, who
        assert queries.counts(actor, office.now)["open"] == len(open_ones), who
        for text in ("李梅", "恒信", "食品", "许可"):
            assert {case.pk for case in queries.search(actor, text, 1).cases} <= allowed


def test_search_finds_names_items_and_numbers(office, world):
    actor, number = office.actor("accepter"), world["submitted"].number
    for text in ("李梅", "梅", "食品经营", "李梅 食品", number, number[-6:], number[-12:]):
        assert world["submitted"].pk in {case.pk for case in queries.search(actor, text, 1).cases}, text
    assert {case.pk for case in queries.search(actor, "恒信", 1).cases} == {world["window"].pk}
    for text in ("李伟", "", "   ", "'; DROP TABLE x", "\\' & !", "李" * 500, "%", "a:*"):
        assert queries.search(actor, text, 1).cases == []


def test_search_finds_any_piece_of_a_number(office, world):
    number = world["submitted"].number
    for who in ("accepter", "head", "supervisor"):
        actor = office.actor(who)
        for start in range(len(number) - 5):
            for text in {
                number[start : start + 6],
                number[start : start + 9].lower(),
                number[start:],
                number[: start + 6],
            }:
                if len(text) < 6:
                    continue
                filters = InboxFilters(text=f"{text} 李梅")
                assert world["submitted"].pk in {case.pk for case in queries.search(actor, text, 1).cases}, text
                assert world["submitted"].pk in {c.pk for c in queries.inbox(actor, filters, 1, office.now).cases}, text
    # One serial further is another case, and a piece opens nobody else's cases.
    other = number[-10:-1] + "9"
    assert world["submitted"].pk not in {case.pk for case in queries.search(office.actor("accepter"), other, 1).cases}
    for who in ("stranger", "admin", "town_official"):
        assert queries.search(office.actor(who), number[31:39], 1).cases == []
        assert queries.search(office.actor(who), number[10:20], 1).cases == []


def test_a_piece_of_a_number_costs_one_query_more(office):
    number = office.submitted().number
    actor = office.actor("accepter")

    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as found:
            queries.search(actor, text, 1)
        return len(found)

    pieces = (number[31:39], number[20:30], number[28:38], number[33:42])
    assert [cost(text) for text in pieces] == [3, 3, 3, 3]
    for _ in range(4):
        office.submitted()
    assert [cost(text) for text in pieces] == [3, 3, 3, 3]


def test_tabs_count_what_they_list(office, world):
    actor = office.actor("accepter")
    office.do(commands.claim, "accepter", world["submitted"])
    counts = queries.counts(actor, office.now)
    for tab, number in counts.items():
        assert len(queries.inbox(actor, InboxFilters(tab=tab), 1, office.now).cases) == number, tab
    assert (counts["to_accept"], counts["mine"], counts["delivering"]) == (2, 1, 1)
    late = queries.counts(actor, world["accepted"].committed_due_at.replace(hour=12))
    assert late["yellow"] == 1
    overdue = world["accepted"].committed_due_at.replace(year=2027)
    assert queries.counts(actor, overdue)["red"] == counts["open"]


def test_the_inbox_shows_what_is_due_first(office, world):
    cases = queries.inbox(office.actor("accepter"), InboxFilters(), 1, office.now).cases
    due = [case.due_at for case in cases]
    assert due == sorted(due)
    office.do(
        commands.request_correction,
        "accepter",
        world["submitted"],
        items=[{"material": "layout", "problem": "看不清", "remedy": "重传"}],
    )
    assert queries.inbox(office.actor("accepter"), InboxFilters(), 1, office.now).cases[-1].pk == world["submitted"].pk


def test_lists_cost_the_same_for_few_and_many(office):
    office.submitted()

    def cost(actor) -> list[int]:
        numbers = []
        for read in (
            lambda: queries.inbox(actor, InboxFilters(text="李梅"), 1, office.now),
            lambda: queries.search(actor, "李梅", 1),
            lambda: queries.counts(actor, office.now),
            lambda: queries.own_cases(actor, 1),
        ):
            with CaptureQueriesContext(connection) as found:
                read()
            numbers.append(len(found))
        return numbers

    people = [office.actor(who) for who in ("citizen", "accepter", "supervisor", "clerk")]
    before = [cost(actor) for actor in people]
    for _ in range(5):
        office.submitted()
    assert [cost(actor) for actor in people] == before
    assert max(max(numbers) for numbers in before) <= 2


def test_paging_neither_repeats_nor_loses(office):
    pks = {office.submitted().pk for _ in range(23)}
    actor = office.actor("accepter")
    first, second = (queries.inbox(actor, InboxFilters(), page, office.now) for page in (1, 2))
    assert (len(first.cases), first.more, len(second.cases), second.more) == (20, True, 3, False)
    assert {case.pk for case in [*first.cases, *second.cases]} == pks
    mine = [queries.own_cases(office.actor("citizen"), page) for page in (1, 2)]
    assert {case.pk for page in mine for case in page.cases} == pks


def test_actions_explain_why_not(office, world):
    states = {a.code: a for a in queries.actions(office.actor("accepter"), world["accepted"], office.now)}
    assert not states["request_correction"].allowed
    assert states["request_correction"].reasons[0].law.endswith("第四项")
    assert "decide" not in states
    for who in EVERYBODY:
        for case in world.values():
            with CaptureQueriesContext(connection) as found:
                queries.actions(office.actor(who), case, office.now)
            assert len(found) <= 16
    assert queries.actions(office.actor("stranger"), world["accepted"], office.now) == []


def test_every_action_offered_is_really_possible(office, world):
    """What a button says and what the command says come from one table: check the ones that need no input."""
    for name, command, who in (
        ("submitted", commands.accept, "accepter"),
        ("submitted", commands.claim, "accepter"),
        ("accepted", commands.accept, "accepter"),
        ("draft", commands.submit, "citizen"),
    ):
        case = Case.objects.get(pk=world[name].pk)
        state = {a.code: a for a in queries.actions(office.actor(who), case, office.now)}[command.__name__]
        try:
            commands_allowed = bool(command(actor=office.actor(who), case_id=case.pk, now=office.now))
        except Exception:
            commands_allowed = False
        assert state.allowed == commands_allowed, (name, command.__name__)


def test_the_timeline_shows_applicants_no_internal_notes(office, world):
    case = world["delivering"]
    staff = queries.timeline(office.actor("reviewer"), case)
    own = queries.timeline(office.actor("citizen"), case)
    assert any("findings" in entry.data for entry in staff)
    assert not any({"findings", "text", "officer_ids"} & entry.data.keys() for entry in own)


def test_the_ledger_tells_both_clocks(office, world):
    assert queries.ledger(world["submitted"], office.now) is None
    found = queries.ledger(world["accepted"], office.now)
    assert found.statutory.due.due_on == world["accepted"].statutory_due_on
    assert sum(day.counted for day in found.committed.days) == 10


def test_the_bundle_is_complete_and_its_hashes_hold(office):
    case = offered(office, promised_on=PROMISED)
    case = office.do(commands.accept_provisionally, "accepter", case)
    data = commands.export(actor=office.actor("citizen"), number=case.number, now=office.now)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist())
        assert set(manifest["files"]) == names - {"manifest.json"} and not manifest["missing"]

        for name, facts in manifest["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == facts["sha256"]
        assert {"case.json", "timeline.json", "ledger.json"} <= names
        assert sum(name.startswith("materials/") for name in names) == 2
        assert sum(name.endswith(".pdf") for name in names) == 2
        assert "opinions" not in json.loads(archive.read("case.json"))
    with pytest.raises(commands.CaseNotFound):
        commands.export(actor=office.actor("stranger"), number=case.number, now=office.now)
