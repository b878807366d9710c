"""Money is exact, refuses what it would have to round, and reads back what it writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitong.kernel.money import Money, MoneyError


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.50", 1250),
        ("12.5", 1250),
        ("12", 1200),
        ("0.05", 5),
        ("¥12.50", 1250),
        ("￥１２．５０", 1250),
        ("12.50元", 1250),
        ("1,234,567.89", 123456789),
        (" -0.01 ", -1),
        ("-¥3", -300),
    ],
)
def test_an_amount_in_yuan_is_read_to_the_fen(text, fen):
    assert Money.parse(text) == Money(fen)


@pytest.mark.parametrize(
    "text", ["", "abc", "12.505", "1,23", "12,34.00", "--1", "1.", ".5", "1e3", "12 50", "￥", "NaN"]
)
def test_an_amount_that_would_be_guessed_or_rounded_is_refused(text):
    with pytest.raises(MoneyError, match="write it like"):
        Money.parse(text)


@pytest.mark.parametrize("fen", [12.5, "12", None, True])
def test_only_whole_fen_are_money(fen):
    with pytest.raises(MoneyError, match="whole number of fen"):
        Money(fen)


def test_money_is_written_with_sign_and_separators():
    assert str(Money(1250)) == "¥12.50"
    assert str(Money(-123456789)) == "-¥1,234,567.89"
    assert Money(-5).yuan == "-0.05"
    assert f"{Money(0)}" == "¥0.00"


def test_money_adds_subtracts_multiplies_and_sorts():
    assert Money(1250) + Money(50) == Money(1300)
    assert Money(100) - Money(250) == -Money(150)
    assert 3 * Money(10) == Money(10) * 3 == Money(30)
    assert sum([Money(1), Money(2)], Money()) == sum([Money(1), Money(2)]) == Money(3)
    assert max(Money(2), Money(10)) == Money(10)
    assert not Money(0)


@pytest.mark.parametrize(
    "action", [lambda m: m + 1, lambda m: 1 + m, lambda m: m - 1, lambda m: m * 1.5, lambda m: m * m]
)
def test_money_does_not_mix_with_plain_numbers(action):
    with pytest.raises(TypeError):
        action(Money(100))


@given(st.integers(-(10**15), 10**15))
def test_money_reads_back_what_it_writes(fen):
    assert Money.parse(Money(fen).yuan) == Money.parse(str(Money(fen))) == Money(fen)
