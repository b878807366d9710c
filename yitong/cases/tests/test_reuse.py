"""Materials the government has already: found, agreed to, attached, read on the record, and what of it a stranger gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import visible_in_case
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands import Choice
from yitong.cases.commands.contents import open_contents
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.queries.parties import consent_facts
from yitong.cases.queries.reuse import findings
from yitong.cases.tests.reuse_fixtures import (  # noqa: F401
    ADDRESS,
    DIPLOMA,
    ID_CARD,
    begin_fixture,
    hold_fixture,
    reuse_item_fixture,
    reused_fixture,
)
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import cancel
from yitong.licences.holders import holder_of_person, key_of_holder

pytestmark = pytest.mark.django_db


def agree(office, case, *choices, who="citizen", sensitive=True, **more):
    office.later(seconds=1)
    return commands.agree(
        actor=office.actor(who), case_id=case.pk, choices=list(choices), sensitive=sensitive, now=office.now, **more
    )


def codes(refusal):
    return [(reason.code, reason.field) for reason in refusal.value.reasons]


def test_what_is_found_comes_in_the_order_of_the_law_and_says_from_where(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    found = findings(case, office.actor("citizen"), office.now)
    assert [(each.kind, each.reference) for each in found["id_card"]] == [("licence", str(card.pk))]
    hit = found["id_card"][0]
    assert (hit.found.title, hit.found.origin, hit.age_days) == ("居民身份证", card.issuer_name, 100)
    assert {field.label for field in hit.sensitive} >= {"公民身份号码", "住址"}
    assert found["diploma"] == () and [each.kind for each in found["layout"]] == ["verification"]


def test_findings_cost_few_queries_and_nobody_else_gets_any(office, hold, begin):
    hold(ID_CARD)
    case = begin()
    assert findings(case, office.actor("stranger"), office.now) == {}
    assert findings(case, office.actor("accepter"), office.now) == {}
    actor = office.actor("citizen")
    with CaptureQueriesContext(connection) as seen:
        findings(case, actor, office.now)
    # The applicant, the library, the archive, the department that can be asked.
    assert len(seen) <= 4, [each["sql"] for each in seen.captured_queries]


def test_agreeing_binds_a_consent_to_the_case_attaches_and_fills_the_form(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    before = Entry.objects.count()
    agree(office, case, Choice("id_card", "licence", str(card.pk)))
    row = CaseMaterial.objects.select_related("reuse__consent").get(case=case)
    consent = row.reuse.consent
    assert (row.source, row.licence_id, row.reuse.origin) == ("licence", card.pk, card.issuer_name)
    assert (consent.case_number, consent.licence_ids, consent.way) == (f"draft:{case.pk}", [card.pk], "online")
    assert consent.receiving_department_id == case.department_id and "address" in consent.fields
    fresh = Case.objects.get(pk=case.pk)
    assert fresh.form["address"] == ADDRESS and row.reuse.filled == {"address": ADDRESS}
    # One for the consent, one for the act.
    tags = list(Entry.objects.order_by("id").values_list("tag", flat=True))[before:]
    assert tags == ["consents:consent:granted", "cases:material:reused"]


def test_what_the_applicant_wrote_is_not_written_over(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    form = {**case.form, "address": "新址1号"}
    commands.save_form(actor=office.actor("citizen"), case_id=case.pk, form=form, now=office.now)
    agree(office, case, Choice("id_card", "licence", str(card.pk)))
    assert Case.objects.get(pk=case.pk).form["address"] == "新址1号"


def test_without_the_separate_agreement_sensitive_fields_stay_closed(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    agree(office, case, Choice("id_card", "licence", str(card.pk)), sensitive=False)
    assert HolderConsent.objects.get().fields == [] and "address" not in Case.objects.get(pk=case.pk).form


def test_one_agreement_for_everything_is_one_consent_and_few_statements(office, hold, begin):
    card, diploma = hold(ID_CARD), hold(DIPLOMA)
    case = begin()
    choices = [Choice("id_card", "licence", str(card.pk)), Choice("diploma", "licence", str(diploma.pk))]
    actor = office.actor("citizen")
    with CaptureQueriesContext(connection) as seen:
        commands.agree(actor=actor, case_id=case.pk, choices=choices, sensitive=True, now=office.now)
    plain = [each["sql"] for each in seen.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert HolderConsent.objects.count() == 1 and MaterialReuse.objects.count() == 2
    assert len(plain) <= 17, plain


def test_agreeing_again_takes_the_place_of_the_first(office, hold, begin):
    first, second = hold(ID_CARD), hold(ID_CARD)
    case = begin()
    agree(office, case, Choice("id_card", "licence", str(first.pk)))
    agree(office, case, Choice("id_card", "licence", str(second.pk)))
    assert [row.licence_id for row in CaseMaterial.objects.filter(case=case)] == [second.pk]


@pytest.mark.parametrize("kind", ["licence", "archive", "verification", "connector"])
def test_nothing_of_somebody_else_or_invented_is_taken(office, hold, begin, kind):
    theirs = hold(ID_CARD, who="stranger")
    case = begin()
    with pytest.raises(Refused) as refusal:
        agree(office, case, Choice("id_card", kind, str(theirs.pk)))
    assert codes(refusal) == [("finding_gone", "id_card")]
    assert not CaseMaterial.objects.exists() and not HolderConsent.objects.exists()


def test_a_stranger_and_an_officer_cannot_agree_for_the_applicant(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    for who in ("stranger", "accepter", "clerk"):
        with pytest.raises(NotAllowed):
            agree(office, case, Choice("id_card", "licence", str(card.pk)), who=who)
    assert not CaseMaterial.objects.exists()


def test_a_licence_that_ended_before_the_agreement_is_gone(office, hold, begin):
    card = hold(ID_CARD)
    case = begin()
    cancel(licence_id=card.pk, reason="持证人死亡", actor=office.actor("chief"), now=office.now)
    with pytest.raises(Refused) as refusal:
        agree(office, case, Choice("id_card", "licence", str(card.pk)))
    assert codes(refusal) == [("finding_gone", "id_card")]


def test_the_receipt_says_what_need_not_be_brought(office, reused):
    case = reused()
    assert case.state == "submitted"
    from yitong.documents.models import Document

    receipt = Document.objects.get(kind="receipt_of_materials", subject=f"case:{case.pk}")
    assert [row["form"] for row in receipt.context["materials"]] == ["电子证照（免提交）", "电子证照（免提交）", "电子"]


def test_submitting_what_was_reused_costs_no_further_statement(office, reused):
    plain = office.draft()
    ready = reused(submit=False)
    office.submitted()  # what a process reads once, and anew when types change, is read
    counts = []
    for case in (plain, ready):
        actor = office.actor("citizen")
        with CaptureQueriesContext(connection) as seen:
            commands.submit(actor=actor, case_id=case.pk, now=office.now)
        counts.append([query["sql"][:120] for query in seen])
    assert len(counts[0]) == len(counts[1]), "\n".join(sql for sql in counts[0] if sql not in counts[1])


def test_an_officer_reads_it_by_the_consent_and_the_holder_sees_the_look(office, reused):
    case = reused()
    row = CaseMaterial.objects.get(case=case, code="id_card")
    shown = open_contents(actor=office.actor("accepter"), case_id=case.pk, material_id=row.pk, now=office.now)
    assert ("住址", ADDRESS) in shown.fields
    look = AccessEntry.objects.get()
    assert (look.licence_id, look.case_number, look.within_case) == (row.licence_id, case.number, True)
    assert shown.uses_left == HolderConsent.objects.get().uses_granted - 1


@pytest.mark.parametrize("who", ["stranger", "outsider", "supervisor", "registrar", "admin", "head"])
def test_nobody_without_the_case_or_the_right_reads_it(office, reused, who):
    case = reused()
    row = CaseMaterial.objects.get(case=case, code="id_card")
    with pytest.raises(NotAllowed):
        open_contents(actor=office.actor(who), case_id=case.pk, material_id=row.pk, now=office.now)
    assert not AccessEntry.objects.exists()


def close_cards(licence):
    """The type of identity cards is open to the health department alone."""
    licence.type.callers = ["health"]
    licence.type.save(update_fields=["callers"])


def test_a_department_that_may_not_call_a_type_is_offered_none_of_it(office, hold, begin):
    card, diploma = hold(ID_CARD), hold(DIPLOMA)
    case = begin()
    close_cards(card)
    found = findings(case, office.actor("citizen"), office.now)
    assert found["id_card"] == () and [each.reference for each in found["diploma"]] == [str(diploma.pk)]
    with pytest.raises(Refused) as refusal:
        agree(office, case, Choice("id_card", "licence", str(card.pk)))
    assert codes(refusal) == [("finding_gone", "id_card")] and not HolderConsent.objects.exists()


def test_a_type_closed_afterwards_is_read_no_more(office, reused):
    case = reused()
    row = CaseMaterial.objects.select_related("licence__type").get(case=case, code="id_card")
    close_cards(row.licence)
    with pytest.raises(Refused) as refusal:
        open_contents(actor=office.actor("accepter"), case_id=case.pk, material_id=row.pk, now=office.now)
    assert codes(refusal) == [("not_a_caller", "licence")] and not AccessEntry.objects.exists()


def test_an_officer_is_told_which_fields_cannot_be_opened(office, reused, monkeypatch):
    case = reused()
    row = CaseMaterial.objects.get(case=case, code="id_card")
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=")
    shown = open_contents(actor=office.actor("accepter"), case_id=case.pk, material_id=row.pk, now=office.now)
    assert ("性别", "女") in shown.fields and ADDRESS not in dict(shown.fields).values()
    assert "住址" in shown.closed


def test_a_draft_takes_a_licence_whose_fields_cannot_be_opened_and_fills_nothing(office, hold, begin, monkeypatch):
    card = hold(ID_CARD)
    case = begin()
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=")
    agree(office, case, Choice("id_card", "licence", str(card.pk)))
    assert MaterialReuse.objects.get().filled == {} and "address" not in Case.objects.get(pk=case.pk).form


def test_the_case_is_known_by_its_draft_and_by_its_number(office, reused):
    case = reused()
    key = key_of_holder(holder_of_person(office.cast.person("citizen")))
    for reference in (f"draft:{case.pk}", case.number):
        facts = consent_facts(office.actor("accepter"), reference)
        assert facts is not None and facts.department_id == case.department_id
        assert facts.references == {f"draft:{case.pk}", case.number} and facts.holder_keys == {key}
    for reference in (f"draft:{case.pk}", case.number, "draft:x", "draft:99999999999999999999", "\x00", ""):
        assert consent_facts(office.actor("outsider"), reference) is None


def archived(office, who="citizen", name="近期免冠照片"):
    from yitong.documents.models import StoredFile

    person = office.cast.person(who)
    file = StoredFile.objects.get(pk=office.upload(who))
    row = ArchivedFile(
        ref=f"a{file.pk}",
        holder_key=key_of_holder(holder_of_person(person)),
        owner_person=person,
        region=person.region,
        kind="family",
        name=name,
        material_name=name,
        stored_file=file,
        trust="uploaded",
        created_at=office.now - timedelta(days=40),
        created_by_ref=f"person:{person.pk}",
    )
    row.save()
    return row


def test_a_paper_of_the_archive_becomes_a_file_of_the_case(office, begin):
    paper = archived(office)
    archived(office, who="stranger")
    case = begin()
    (found,) = findings(case, office.actor("citizen"), office.now)["photo"]
    assert (found.kind, found.reference, found.age_days) == ("archive", str(paper.pk), 40)
    agree(office, case, Choice("photo", "archive", str(paper.pk)))
    row = CaseMaterial.objects.select_related("stored_file").get(case=case)
    assert row.source == "archive" and row.stored_file_id != paper.stored_file_id
    assert (row.stored_file.sha256, row.stored_file.subject) == (paper.stored_file.sha256, f"case:{case.pk}")
    assert not HolderConsent.objects.exists()


def test_the_officers_reach_by_the_number_what_was_taken_up_in_the_draft(office, reused):
    paper = archived(office)
    archived(office, name="户口簿")
    case = reused(submit=False)
    agree(office, case, Choice("photo", "archive", str(paper.pk)))
    case = office.do(commands.submit, "citizen", Case.objects.get(pk=case.pk))
    for reference in (case.number, f"draft:{case.pk}"):
        assert list(visible_in_case(office.actor("accepter"), reference)) == [paper]  # and not the other one
        for who in ("outsider", "stranger", "citizen"):
            assert not visible_in_case(office.actor(who), reference).exists()


def test_a_department_is_asked_when_the_case_is_handed_in(office, reused):
    from yitong.certificates.models import Verification

    case = reused(submit=False)
    agree(office, case, Choice("layout", "verification", "health"))
    assert not Verification.objects.exists()
    case = office.do(commands.submit, "citizen", Case.objects.get(pk=case.pk))
    asked = Verification.objects.get()
    assert (asked.case_number, asked.material_code) == (case.number, "layout")
    assert asked.department == office.cast.department("health") and asked.asking_department_id == case.department_id
    assert MaterialReuse.objects.get(material__code="layout").reference == f"verification:{asked.pk}"
