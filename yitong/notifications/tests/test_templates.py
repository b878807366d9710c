"""The seeded texts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from yitong.notifications.rules.states import Channel
from yitong.notifications.rules.texts import MissingValues, Texts, plain_values, rendered
from yitong.notifications.templates_data import SEEDS

EVENTS_OF_A_CASE = {
    "case_submitted", "case_accepted", "case_not_required", "case_acceptance_refused", "correction_requested",
    "correction_reminder", "special_procedure_started", "special_procedure_ended", "extension_approved",
    "provisional_accepted", "provisional_reminder", "provisional_due_today", "case_granted", "case_refused",
    "ready_to_collect", "posted", "case_closed", "deemed_accepted", "deemed_approved", "case_withdrawn",
    "case_terminated", "login_code",
}  # fmt: skip


ABOUT_NO_CASE = {"login_code", "phone_changed", "phone_confirmed"}
ABOUT_SOMETHING_ELSE = {
    "licence_renewal_due": {"licence", "licence_number"},
    # Renewed by law because its case lay undecided: the licence says more than the item would.
    "licence_deemed_renewed": {"licence", "licence_number", "number"},
    "source_stale": {"source", "since"},
    "source_stale_contact": {"source", "since"},
}
"""What stands in these for the case: enough for the recipient to know what the message is about."""


def test_every_event_of_a_case_has_a_text():
    assert SEEDS.keys() >= EVENTS_OF_A_CASE


@pytest.mark.parametrize("code", SEEDS)
def test_every_seeded_text_can_be_filled_and_fits_three_text_messages(code):
    texts = SEEDS[code]
    values = {
        name: "示范市食品经营许可（新办）" if name == "item" else "示例文字八个字符" for name in texts.placeholders
    }
    if "number" in values:
        values["number"] = "1" * 43
    for channel in Channel:
        title, text = rendered(texts, channel, values)
        assert title and text and "{" not in title + text
    assert len(rendered(texts, "sms", values)[1]) <= 210


@pytest.mark.parametrize("code", sorted(SEEDS.keys() - ABOUT_NO_CASE - ABOUT_SOMETHING_ELSE.keys()))
def test_a_text_about_a_case_names_it(code):
    assert {"item", "number"} <= SEEDS[code].placeholders


@pytest.mark.parametrize(("code", "named"), ABOUT_SOMETHING_ELSE.items())
def test_a_text_about_a_licence_or_a_consent_names_it(code, named):
    assert named <= SEEDS[code].placeholders
    assert "item" not in SEEDS[code].placeholders, "about a case after all: take it off the list"


def test_values_cannot_bring_placeholders_or_control_characters():
    texts = Texts("t", "t", "{a}", "{a}|{b}", "x", "")
    assert rendered(texts, "sms", {"a": "{b}", "b": "1\r2\x1b3"}) == ("{b}", "{b}|1 2 3")
    assert rendered(texts, "email", {"a": "first\nsecond", "b": ""}) == ("first second", "x")
    with pytest.raises(MissingValues, match="b"):
        rendered(texts, "sms", {"a": ""})


def test_values_are_shown_as_people_here_read_them():
    at = datetime(2026, 11, 21, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    shown = plain_values({"at": at, "on": at.date(), "list": ["营业执照", "身份证"], "none": None, "n": 5})
    assert shown == {
        "at": "2026年11月21日 (周六) 09:05",
        "on": "2026年11月21日 (周六)",
        "list": "营业执照、身份证",
        "none": "",
        "n": "5",
    }
