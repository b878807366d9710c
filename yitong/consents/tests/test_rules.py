"""The token's form, the fields a consent opens, and who stands out: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from yitong.consents.rules.anomalies import DEFAULTS, Kind, Tally, findings
from yitong.consents.rules.terms import allowed_fields
from yitong.consents.rules.token import LENGTH, BadToken, Claims, compose, parse
from yitong.consents.scenes import Bearer, all_scenes, scene
from yitong.consents.scenes.base import Scene, register

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CLAIMS = Claims(b"\x01\x02\x03\x04", b"abcdefghijkl", datetime(2026, 9, 24, 2, 0, tzinfo=UTC), b"nonce!")
MINISTRY = Bearer("李梅", "439901199005200024", "female", date(1990, 5, 20), date(2026, 9, 24), b"k" * 16)


def test_a_token_says_what_was_put_in_and_its_signature_is_over_all_of_it() -> None:
    signed = parse(compose(CLAIMS, KEY.sign))
    assert signed.claims == CLAIMS
    KEY.public_key().verify(signed.signature, signed.message)


def test_a_token_fits_a_code_of_version_6_and_a_scanner_that_types_small_letters() -> None:
    text = compose(CLAIMS, KEY.sign)
    assert len(text) == 150 and text.isalnum() and text == text.upper()
    code = segno.make_qr(text, error="m", boost_error=False)
    assert code.version <= 7 and code.error == "M"
    assert parse(f"  {text.lower()}\r\n") == parse(text)


@given(st.integers(0, LENGTH * 8 - 1))
def test_any_flipped_bit_is_no_genuine_token(bit: int) -> None:
    import base64

    raw = bytearray(base64.b32decode(compose(CLAIMS, KEY.sign)[2:] + "===="))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        changed = parse("YT" + base64.b32encode(raw).rstrip(b"=").decode())
    except BadToken:
        return
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(changed.signature, changed.message)


@given(st.text(max_size=500))
def test_whatever_is_typed_is_a_token_or_refused(text: str) -> None:
    try:
        parse(text)
    except BadToken:
        pass


@pytest.mark.parametrize("text", ["", "YT", "https://example.cn/", "YT" + "A" * 150, "YT" + "A" * 10_000, "YT\x00"])
def test_what_is_no_token_says_so(text: str) -> None:
    with pytest.raises(BadToken):
        parse(text)


def test_fields_shown_are_the_least_of_granted_and_asked() -> None:
    known = [("idcard", True), ("sex", False), ("scope", False)]
    assert allowed_fields(known, (), (), sensitive=False) == ["sex", "scope"]
    assert allowed_fields(known, (), (), sensitive=True) == ["idcard", "sex", "scope"]
    assert allowed_fields(known, ("idcard",), (), sensitive=False) == ["idcard"]
    assert allowed_fields(known, ("idcard", "sex"), ("sex", "scope"), sensitive=False) == ["sex"]
    assert allowed_fields(known, (), ("idcard",), sensitive=False) == []


NAMES = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True)


@given(NAMES, NAMES, NAMES, st.booleans())
def test_nothing_is_shown_that_was_not_granted(
    secret: list[str], granted: list[str], asked: list[str], law: bool
) -> None:
    shown = allowed_fields([(name, name in secret) for name in "abcd"], granted, asked, sensitive=law)
    for name in shown:
        assert not granted or name in granted
        assert not asked or name in asked
        assert name not in secret or name in granted or (law and not granted)


def tally(officer: str, looks: int, **more: int) -> Tally:
    return Tally(officer, officer, 1, "市监局", looks=looks, people=more.pop("people", looks), **more)


def test_an_officer_far_above_the_median_stands_out_and_a_busy_department_does_not() -> None:
    crowd = [tally(f"staff:{n}", 10) for n in range(9)]
    found = findings([*crowd, tally("staff:9", 40)], DEFAULTS)
    assert [(f.kind, f.officer, f.numerator, f.denominator) for f in found] == [
        (Kind.ABOVE_MEDIAN, "staff:9", 40, 10.0)
    ]
    assert findings([tally(f"staff:{n}", 500) for n in range(10)], DEFAULTS) == []
    assert findings([tally("staff:1", 19), tally("staff:2", 1), tally("staff:3", 1)], DEFAULTS) == []


def test_each_figure_has_its_numerator_and_denominator() -> None:
    one = tally("staff:1", 30, people=20, people_without_case=12, late=6, scans=50, refused=11)
    found = {f.kind: (f.numerator, f.denominator) for f in findings([one], DEFAULTS)}
    assert found == {Kind.NO_CASE: (12, 20), Kind.OUTSIDE_HOURS: (6, 30), Kind.REFUSED_SCANS: (11, 50)}


def test_the_city_has_seven_scenes_and_each_says_what_it_shows() -> None:
    codes = {each.code for each in all_scenes()}
    assert codes >= {"hall", "clinic", "transit", "library", "hotel", "parcel", "netcafe"}
    for each in all_scenes():
        assert each.tells and each.purpose and each.department and each.show(MINISTRY)


def shown(code: str, **changes: object) -> str:
    from dataclasses import replace

    place = scene(code)
    assert place is not None
    return " ".join(line.value for line in place.show(replace(MINISTRY, **changes)))  # type: ignore[arg-type]


def test_a_bus_learns_no_name_and_no_number() -> None:
    assert "李" not in shown("transit") and "4399" not in shown("transit")
    assert "Concession" in shown("transit", birth_on=date(1950, 1, 1))
    assert "Concession" in shown("transit", offered=frozenset({"残疾人证"}))
    assert "Ordinary" in shown("transit")


def test_a_library_knows_a_reader_by_a_number_no_other_scene_has() -> None:
    from yitong.consents.scenes.city import pseudonym

    assert shown("library") == f"{pseudonym(MINISTRY, 'library')} 李*"
    assert pseudonym(MINISTRY, "library") != pseudonym(MINISTRY, "clinic")


def test_no_scene_but_the_hotel_shows_a_whole_number() -> None:
    for each in all_scenes():
        assert MINISTRY.idcard not in shown(each.code), each.code
    read = {"居民身份证": {"idcard": MINISTRY.idcard}}
    assert MINISTRY.idcard in shown("hotel", read=read)


def test_a_child_does_not_get_into_an_internet_cafe() -> None:
    place = scene("netcafe")
    assert place is not None
    young = Bearer("小明", "439901201005200024", "male", date(2010, 5, 20), date(2026, 9, 24), b"k" * 16)
    assert place.show(young)[0].good is False


def test_two_scenes_cannot_share_a_code() -> None:
    class Other(Scene):
        code = "hall"

        def show(self, bearer: Bearer) -> tuple[()]:
            return ()

    with pytest.raises(ValueError, match="taken"):
        register(Other)
