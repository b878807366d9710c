"""Identifiers: every published sample, every refusal by name, and round trips."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_10 as stdnum_mod_11_10
from stdnum.iso7064 import mod_37_36 as stdnum_mod_37_36

from yitong.kernel.identifiers import (
    KINDS,
    InvalidIdentifier,
    UnknownKind,
    case_number,
    check,
    idcard,
    item,
    licence,
    project,
    region,
    uscc,
)
from yitong.kernel.identifiers.check_digits import mod_11_10, mod_37_36

# Samples from public registers; their check characters were computed by their issuers, not by this code.
IMPLEMENTATION = "12441500196720244T3442199806003"
LICENCES = (
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
)
PROJECTS = (
    "2603-141124-89-05-346948",
    "2411-130202-89-01-637015",
    "2509-140602-89-05-864976",
    "2301-430300-04-01-000011",
    "2212-431100-04-01-100232",
)
USCCS = (
    "91350100M000100Y43",
    "11370800MB28559184",
    "12441500196720244T",
    "11430000006122244L",
    "11100000000013338W",
    "11330105002500287C",
    "11100000MB03271699",
)
VALID = [
    ("idcard", "11010519491231002X"),
    *(("uscc", value) for value in USCCS),
    ("item-basic", "370117002011"),
    ("item-basic", "442199806003"),
    ("item-implementation", "11370800MB285591843370117002011"),
    ("item-implementation", IMPLEMENTATION),
    ("item-handling", IMPLEMENTATION + "01"),
    ("case", IMPLEMENTATION + "20220623" + "0068"),
    *(("licence", value) for value in LICENCES),
    *(("project", value) for value in PROJECTS),
    *(
        ("region", value)
        for value in (
            *("43", "4301", "430000", "430100", "430103", "430481", "430482", "430623", "430723", "431021", "431123"),
            *("431222", "431382", "330000", "330200", "330225", "330421", "510000", "440600", "440604", "440608"),
            *("430103001", "430103001002", "430000000000", "441900003000"),
        )
    ),
]


def refused(kind: str, value: str, today: date | None = None) -> InvalidIdentifier:
    """The refusal of ``value``; fails when it is accepted."""
    with pytest.raises(InvalidIdentifier) as caught:
        check(kind, value, today=today)
    assert caught.value.kind == kind
    assert str(caught.value).endswith(".")
    assert "%(" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(("kind", "value"), VALID)
def test_every_public_sample_is_valid(kind: str, value: str) -> None:
    assert check(kind, value).value.endswith(value)


def test_every_kind_has_a_sample() -> None:
    assert {kind for kind, _ in VALID} == set(KINDS)


INVALID = [
    ("idcard", "", "length"),
    ("idcard", "1101051949123100", "length"),
    ("idcard", "11010519491231002X\n", "length"),
    ("idcard", "1101051949123100XX", "characters"),
    ("idcard", "１1010519491231002X", "characters"),
    ("idcard", "990105194912310021", "region"),
    ("idcard", "110105194913310021", "birth_date"),
    ("idcard", "110105190002290021", "birth_date"),
    ("idcard", "110105189912310021", "birth_date"),
    ("idcard", "110105194912310021", "check_character"),
    ("uscc", "91350100M000100Y4", "length"),
    ("uscc", "91350100M000100I43", "characters"),
    ("uscc", "91350100m000100Y43", "characters"),
    ("uscc", "9135010AM000100Y43", "region"),
    ("uscc", "91350100M000100Y44", "check_character"),
    ("item-basic", "44219980600", "length"),
    ("item-basic", "44219980600A", "characters"),
    ("item-basic", "992199806003", "region"),
    ("item-implementation", IMPLEMENTATION[:-1], "length"),
    ("item-implementation", "12441500196720244T8442199806003", "level"),
    ("item-implementation", "12441500196720244U3442199806003", "check_character"),
    ("item-implementation", "12441500196720244T3992199806003", "region"),
    ("item-handling", IMPLEMENTATION, "length"),
    ("item-handling", IMPLEMENTATION + "0A", "serial"),
    ("case", IMPLEMENTATION + "20220623068", "length"),
    ("case", IMPLEMENTATION + "20220623" + "1" * 12, "length"),
    ("case", IMPLEMENTATION + "202206230O68", "characters"),
    ("case", IMPLEMENTATION + "202202300068", "date"),
    ("case", IMPLEMENTATION + "2022062300068", "serial"),
    ("licence", "11100000MB03271699022.340100.000000016.001", "parts"),
    ("licence", "1.2.156.3005.3.11100000MB03271699022.340100.000000016.001.9", "parts"),
    ("licence", "11100000MB0327169902.340100.000000016.001.9", "type_code"),
    ("licence", "11100000MB03271698022.340100.000000016.001.9", "check_character"),
    ("licence", "11100000MB03271699022.990100.000000016.001.9", "issuer"),
    ("licence", "11100000MB03271699022.3401.000000016.001.9", "issuer"),
    ("licence", "11100000MB03271699022.340100.00016.001.9", "serial"),
    ("licence", "11100000MB03271699022.340100.00000001a.001.9", "serial"),
    ("licence", "11100000MB03271699022.340100.000000016.1.9", "version"),
    ("licence", "11100000MB03271699022.340100.000000016.001.8", "check_character"),
    ("project", "26031411248905346948", "form"),
    ("project", "2603-141124-89-05-34694X", "form"),
    ("project", "2613-141124-89-05-346948", "month"),
    ("project", "2020-330327-48-01-167360", "month"),
    ("project", "2603-991124-89-05-346948", "region"),
    ("project", "2603-141124-89-05-346949", "check_character"),
    ("region", "", "length"),
    ("region", "43010", "length"),
    ("region", "43010A", "characters"),
    ("region", "四三0103", "characters"),
    ("region", "990000", "province"),
    ("region", "430001", "gap"),
    ("region", "430000001", "gap"),
    ("region", "430103000001", "gap"),
]


@pytest.mark.parametrize(("kind", "value", "code"), INVALID)
def test_a_wrong_value_is_refused_by_name(kind: str, value: str, code: str) -> None:
    assert refused(kind, value).code == code


def test_a_reason_never_repeats_the_whole_number() -> None:
    for kind, value, _ in INVALID:
        if len(value) > 3:
            assert value not in str(refused(kind, value))


def test_an_unknown_kind_names_those_that_exist() -> None:
    with pytest.raises(UnknownKind, match="idcard, uscc, item-basic"):
        check("passport", "E12345678")


def test_a_citizen_number_says_who() -> None:
    card = idcard.parse("11010519491231002x")
    assert card == idcard.IdCard("11010519491231002X", "110105", date(1949, 12, 31), "002", "female", "X")


def test_a_birth_after_today_is_refused_only_when_today_is_given() -> None:
    value = idcard.compose("430103", date(2030, 1, 2), 1)
    assert check("idcard", value)
    assert check("idcard", value, today=date(2030, 1, 2))
    assert refused("idcard", value, today=date(2030, 1, 1)).code == "birth_date"


def test_a_number_that_cannot_exist_is_not_made() -> None:
    for region_code, serial in (("4301", 1), ("430103", 1000), ("430103", -1), ("990103", 1)):
        with pytest.raises(InvalidIdentifier):
            idcard.compose(region_code, date(2000, 1, 1), serial)
    with pytest.raises(InvalidIdentifier):
        uscc.compose("9", "1", "430103", "MA4")
    with pytest.raises(InvalidIdentifier):
        licence.compose("11100000MB03271699022", "340100", "abc-def", 1)
    with pytest.raises(InvalidIdentifier):
        project.compose(2020, 13, "430300", "04", "01", 1)
    with pytest.raises(InvalidIdentifier):
        project.compose(1999, 12, "430300", "04", "01", 1)
    with pytest.raises(InvalidIdentifier):
        item.compose_basic("44", "2199", "", "806", "003")


@pytest.mark.parametrize("value", USCCS)
def test_the_organisation_code_inside_every_sample_fits_its_own_check(value: str) -> None:
    assert uscc.parse(value).organisation_code_valid


def test_a_wrong_organisation_code_is_told_and_not_refused() -> None:
    value = uscc.compose("9", "1", "430103", "MA4ABCDE1")
    assert not uscc.parse(value).organisation_code_valid


def test_a_credit_code_may_begin_with_letters() -> None:
    assert uscc.parse(uscc.compose("N", "2", "430103", "MA4ABCDE")).department == "N"


def test_an_implementation_code_says_who_and_at_which_level() -> None:
    parsed = item.parse_implementation(IMPLEMENTATION)
    assert (parsed.implementer.region, parsed.level, parsed.basic.type_code) == ("441500", "3", "21")
    assert parsed.basic.type_name == "公共服务"
    assert item.parse_basic("370117002011").type_name == "行政许可"


def test_a_case_number_is_composed_as_the_live_form() -> None:
    number = case_number.compose(IMPLEMENTATION, date(2022, 6, 23), 68)
    assert number == IMPLEMENTATION + "202206230068"
    assert case_number.parse(case_number.compose(IMPLEMENTATION, date(2022, 6, 23), 123456)).serial == 123456
    with pytest.raises(InvalidIdentifier):
        case_number.compose(IMPLEMENTATION, date(2022, 6, 23), 10**11)


def test_a_licence_has_one_full_form_with_or_without_the_root() -> None:
    for value in LICENCES:
        assert licence.parse(value.removeprefix(licence.OID_ROOT + ".")).value == value == licence.parse(value).value
    first = licence.parse(LICENCES[0])
    assert licence.compose(first.type_code, first.issuer, first.serial, 1) == LICENCES[0]
    assert first.type_definer == "11100000000013338W"


def test_a_project_code_is_composed_as_published() -> None:
    assert project.compose(2023, 1, "430300", "04", "01", 1) == "2301-430300-04-01-000011"


def test_an_old_project_code_with_a_valid_month_fails_the_check() -> None:
    assert refused("project", "2012-330327-48-01-167361").code == "check_character"


@pytest.mark.parametrize(
    ("value", "level", "parent"),
    [
        ("43", "province", None),
        ("430000000000", "province", None),
        ("4301", "city", "430000000000"),
        ("430103", "county", "430100000000"),
        ("430103001", "town", "430103000000"),
        ("430103001002", "village", "430103001000"),
        ("441900003000", "town", "441900000000"),
    ],
)
def test_a_region_knows_its_level_and_parent(value: str, level: str, parent: str | None) -> None:
    parsed = region.parse(value)
    assert (parsed.level, parsed.parent) == (level, parent)


# --- properties ------------------------------------------------------------------------------------------------------

_digits = st.text("0123456789", min_size=1, max_size=60)
_alphanumeric = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=60)
_regions = st.builds(
    lambda province, rest: province + rest,
    st.sampled_from(sorted(region.PROVINCES)),
    st.text("0123456789", min_size=4, max_size=4),
)
_cards = st.builds(
    idcard.compose, _regions, st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(min_value=0, max_value=999)
)
_usccs = st.builds(
    uscc.compose,
    st.sampled_from(uscc.ALPHABET),
    st.sampled_from(uscc.ALPHABET),
    _regions,
    st.text(uscc.ALPHABET, min_size=8, max_size=8),
)
_licences = st.builds(
    lambda definer, kind, issuer, serial, version: licence.compose(definer + kind, issuer, serial, version),
    _usccs,
    st.text("0123456789", min_size=3, max_size=3),
    _usccs,
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=6, max_size=32),
    st.integers(min_value=0, max_value=999),
)
_projects = st.builds(
    project.compose,
    st.integers(min_value=2000, max_value=2099),
    st.integers(min_value=1, max_value=12),
    _regions,
    st.text("0123456789", min_size=2, max_size=2),
    st.text("0123456789", min_size=2, max_size=2),
    st.integers(min_value=0, max_value=99_999),
)


@given(_digits)
def test_mod_11_10_agrees_with_another_implementation(text: str) -> None:
    assert mod_11_10(text) == stdnum_mod_11_10.calc_check_digit(text)


@given(_alphanumeric)
def test_mod_37_36_agrees_with_another_implementation(text: str) -> None:
    assert mod_37_36(text) == stdnum_mod_37_36.calc_check_digit(text)


@pytest.mark.parametrize("text", ["1 2", "a", "１", "-"])
def test_check_characters_refuse_what_is_outside_their_alphabet(text: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        mod_37_36(text)
    with pytest.raises(ValueError, match="is not one of"):
        mod_11_10(text)


@given(_cards)
def test_a_composed_citizen_number_is_valid(value: str) -> None:
    parsed = idcard.parse(value)
    assert parsed.value == value
    assert value[17] == ric.calc_check_digit(value)
    assert ric.get_birth_date(value) == parsed.birth_on


@given(_usccs)
def test_a_composed_credit_code_is_valid(value: str) -> None:
    parsed = uscc.parse(value)
    assert parsed.organisation_code_valid
    assert value[17] == stdnum_uscc.calc_check_digit(value[:17])


@given(_licences)
def test_a_composed_licence_identifier_is_valid(value: str) -> None:
    assert licence.parse(value).value == value


@given(_projects)
def test_a_composed_project_code_is_valid(value: str) -> None:
    assert project.parse(value).value == value


@settings(max_examples=60)
@given(
    st.one_of(
        st.tuples(st.just("idcard"), _cards),
        st.tuples(st.just("uscc"), _usccs),
        st.tuples(st.just("licence"), _licences),
        st.tuples(st.just("project"), _projects),
    ),
    st.data(),
)
def test_no_single_digit_typed_wrong_gets_through(sample: tuple[str, str], data: st.DataObject) -> None:
    kind, value = sample
    start = len(licence.OID_ROOT) + 1 if kind == "licence" else 0
    places = [at for at, character in enumerate(value) if character.isdigit() and at >= start]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != value[at]]))
    refused(kind, value[:at] + other + value[at + 1 :])


@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
def test_any_text_is_answered_with_parts_or_a_reason(kind: str, value: str) -> None:
    try:
        check(kind, value)
    except InvalidIdentifier as error:
        assert error.value == value
