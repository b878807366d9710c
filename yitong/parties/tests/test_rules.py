"""Pure rules: masking, phone numbers, lock-out times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitong.parties.rules import login_limits, masking
from yitong.parties.rules.phones import mobile_refusal, normalised

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("李梅", "李*"), ("欧阳明月", "欧阳**"), ("欧阳", "欧*"), ("李", "*"), ("", ""), ("阿依古丽·买买提", "阿*******")],
)
def test_names_keep_the_surname(name: str, masked: str) -> None:
    assert masking.masked_name(name) == masked


def test_numbers_keep_only_their_ends() -> None:
    assert masking.mask_idcard("43990119900520024X") == "439901**********4X"
    assert masking.mask_phone("13800000001") == "138****0001"
    assert masking.mask_phone("12345") == "*****"


@given(st.text(max_size=30))
def test_masking_never_shows_a_whole_value(value: str) -> None:
    for mask in (masking.mask_idcard, masking.mask_phone):
        assert len(mask(value)) == len(value)
        assert not value or "*" in mask(value)


@pytest.mark.parametrize("typed", ["138 0000 0001", "+86-138-0000-0001", "008613800000001", "１３８０００００００１"])
def test_phones_are_read_as_people_type_them(typed: str) -> None:
    assert normalised(typed) == "13800000001"
    assert mobile_refusal(normalised(typed)) is None


def oracle(failures: list[int], most: int) -> int | None:
    """Second until which tries are refused, by looking at every window of `most` failures that ends with the newest."""
    newest = sorted(failures, reverse=True)[:most]
    if len(newest) < most or newest[0] - newest[-1] > 15 * 60:
        return None
    return newest[0] + 15 * 60


@given(st.lists(st.integers(0, 4000), max_size=12), st.integers(1, 6))
def test_lock_out_agrees_with_counting_by_hand(seconds: list[int], most: int) -> None:
    failures = [START + timedelta(seconds=second) for second in sorted(seconds, reverse=True)]
    until = login_limits.locked_until(failures, most)
    expected = oracle(seconds, most)
    assert until == (None if expected is None else START + timedelta(seconds=expected))


def test_a_code_waits_for_the_longest_limit() -> None:
    minutes = [START - timedelta(minutes=back) for back in (5, 10, 20, 30, 40)]
    assert login_limits.code_wait(minutes, [], START) == timedelta(minutes=20)
    assert login_limits.code_wait(minutes[:4], [], START) is None
    assert login_limits.code_wait([START - timedelta(seconds=10)], [], START) == timedelta(seconds=50)
