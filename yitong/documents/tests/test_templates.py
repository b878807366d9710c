"""The template language, the wording's versions, the console pages."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from yitong.documents import queries
from yitong.documents.commands import issue, templates
from yitong.documents.models import DocumentTemplate
from yitong.documents.rendering.lines import wrap
from yitong.documents.rendering.sheet import width_of
from yitong.documents.rules import markup
from yitong.documents.rules.kinds import KINDS, kind_of
from yitong.documents.rules.marks import candidates, mark_of
from yitong.documents.templates_data import TEMPLATES
from yitong.documents.tests.conftest import sample
from yitong.kernel.reasons import Conflict, NotAllowed, Refused

REFUSAL = kind_of("refusal_decision")


def test_every_kind_has_a_wording_without_problems() -> None:
    assert set(TEMPLATES) == set(KINDS)
    for kind in KINDS.values():
        assert markup.problems(kind, TEMPLATES[kind.code]) == []


def test_every_required_field_is_printed_by_the_built_in_wording() -> None:
    # The face of these is drawn, not worded: what they are about stands there.
    printed_elsewhere = {
        kind: {field.name for field in KINDS[kind].required}
        for kind in ("licence", "certificate", "data_sheet", "verification_reply")
    }
    for kind in KINDS.values():
        used = set(markup.PLACEHOLDER.findall(TEMPLATES[kind.code])) | printed_elsewhere.get(kind.code, set())
        assert {field.name for field in kind.required} <= used, kind.code


def test_an_unknown_placeholder_is_named_with_its_line() -> None:
    (reason,) = markup.problems(REFUSAL, "第一行\n理由：{{ reasonz }}")
    assert reason.code == "unknown_placeholder" and reason.params["name"] == "reasonz" and reason.params["line"] == 2
    assert "reasons" in str(reason)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ item_name", "broken_placeholder"),
        ("item_name }}", "broken_placeholder"),
        ("{{ item_name.__class__ }}", "broken_placeholder"),
        ("{{ 7*7 }}", "broken_placeholder"),
        ("理由：{{ reasons }}", "placeholder_not_alone"),
        ("{% load os %}{{ x }}", "unknown_placeholder"),
    ],
)
def test_nothing_but_a_plain_placeholder_passes(body: str, code: str) -> None:
    assert [reason.code for reason in markup.problems(REFUSAL, body)] == [code]


def test_a_value_that_looks_like_a_placeholder_stays_text() -> None:
    found = markup.blocks(
        REFUSAL,
        "{{ item_name }}的{{ applicant_name }}",
        {"item_name": "{{ applicant_name }}", "applicant_name": "李梅"},
    )
    assert found == [markup.Paragraph("{{ applicant_name }}的李梅")]


def test_a_line_of_empty_optional_values_is_left_out_and_a_list_is_numbered() -> None:
    found = markup.blocks(REFUSAL, "依据：{{ basis }}。\n{{ reasons }}", {"reasons": ["甲", "乙"]})
    assert found == [markup.Paragraph("1. 甲"), markup.Paragraph("2. 乙")]


def test_dates_are_written_out_in_local_time() -> None:
    assert markup.chinese_date("2026-11-21") == "2026年11月21日"
    assert markup.chinese_date("2026-11-20T18:30:00+00:00") == "2026年11月21日"
    assert markup.chinese_date("下周") == "下周"


@given(st.text(st.sampled_from("中文字，。、（）《》“”abc123.-/ 一号"), max_size=120), st.floats(60, 400))
def test_breaking_lines_loses_nothing_and_never_overflows(text: str, width: float) -> None:
    lines = wrap(text, 13, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # Punctuation that may not begin a line may hang over by its own width when a whole line would have to move.
    assert all(width_of(line, 13) <= width + 0.01 or len(line) <= 2 for line in lines)


def test_closing_punctuation_does_not_begin_a_line() -> None:
    for count in range(5, 40):
        lines = wrap("办" * count + "，" + "理（" + "件" * 9 + "）。完", 13, 130)
        assert not any(line[:1] in "，）。" for line in lines[1:])
        assert not any(line.endswith("（") for line in lines)


@pytest.mark.parametrize(
    ("department", "region", "mark"),
    [
        ("示范市行政审批服务局", "示范市", "示行审"),
        ("示范市教育局", "示范市", "示教育"),
        ("示范市发展和改革委员会", "示范市", "示发改"),
        ("望江镇人民政府", "望江镇", "望政"),
        ("示范市不动产登记中心", "示范市", "示不动产"),
    ],
)
def test_marks_are_short_and_recognisable(department: str, region: str, mark: str) -> None:
    assert mark_of(department, region) == mark
    assert candidates(department, region, f"{region[0]}某", "MB000001")[0] == f"{region[0]}某"
    assert candidates(department, region, "审批局", "MB000001")[0] == mark


def test_a_published_draft_is_used_from_then_on_and_old_documents_keep_theirs(cast: Cast) -> None:
    def one() -> str:
        document = issue(
            kind="withdrawal_notice",
            subject="case:1",
            issuer_department_id=cast.department().pk,
            region_id=cast.region().pk,
            context=sample("withdrawal_notice"),
            actor=cast.actor("accepter"),
            now=NOW,
        )
        queries.pdf(document, NOW)
        return f"{document.template_id}"

    before = one()
    admin = cast.actor("admin")
    draft = templates.save_draft(
        kind="withdrawal_notice",
        department_id=None,
        title="撤回申请确认书",
        body="! {{ applicant_name }}：\n准予撤回。",
        actor=admin,
        now=NOW,
    )
    assert draft.version == 2 and one() == before
    templates.publish(template_id=draft.pk, actor=admin, now=NOW)
    assert one() == str(draft.pk)
    assert DocumentTemplate.objects.filter(kind="withdrawal_notice", active=True).count() == 1
    with pytest.raises(Conflict):
        templates.publish(template_id=draft.pk, actor=admin, now=NOW)


def test_strangers_and_wrong_wording_are_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        templates.save_draft(
            kind="licence", department_id=None, title="t", body="b", actor=cast.actor("clerk"), now=NOW
        )
    with pytest.raises(Refused) as refusal:
        templates.save_draft(
            kind="licence", department_id=None, title=" ", body="{{ nothing }}", actor=cast.actor("admin"), now=NOW
        )
    assert {reason.field for reason in refusal.value.reasons} == {"title", "body"}


def test_seeding_twice_adds_nothing(db: None) -> None:
    assert templates.ensure_templates(NOW) == len(KINDS)
    assert templates.ensure_templates(NOW) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentTemplate.objects.create(
            kind="licence",
            version=9,
            title="t",
            body="b",
            state="published",
            active=True,
            edited_by="x",
            edited_at=NOW,
            published_at=NOW,
        )


def test_the_console_edits_previews_and_publishes(cast: Cast, client: Client) -> None:
    templates.ensure_templates(NOW)
    client.force_login(cast.account("admin"))
    assert client.get("/console/documents/templates/").status_code == 200
    address = "/console/documents/templates/refusal_decision/"
    assert "{{ reasons }}" in client.get(address).content.decode()
    wrong = client.post(address, {"title": "决定书", "body": "{{ who }}", "save": ""})
    assert wrong.status_code == 422 and "{{ who }}" in wrong.content.decode()
    typed = {"title": "决定书", "body": "! {{ applicant_name }}：\n{{ reasons }}"}
    shown = client.post(address, {**typed, "preview": ""})
    assert shown["Content-Type"] == "application/pdf" and shown.content.startswith(b"%PDF-")
    assert not DocumentTemplate.objects.filter(state="draft").exists()
    client.post(address, {**typed, "save": ""})
    draft = DocumentTemplate.objects.get(state="draft")
    client.post(f"{address}{draft.pk}/publish/")
    assert DocumentTemplate.objects.get(pk=draft.pk).active
    assert client.get(f"{address}1.pdf").content.startswith(b"%PDF-")
    client.force_login(cast.account("stranger"))
    assert client.get(address).status_code == 302
