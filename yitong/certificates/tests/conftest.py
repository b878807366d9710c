"""The cast, the built-in types, and registers whose answers a test chooses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from yitong.certificates import commands, sources
from yitong.certificates.models import CertificateRequest, CertificateType, WindowConsent
from yitong.certificates.sources import Found, Ground
from yitong.consents.commands.bases import ensure_bases, save_basis
from yitong.documents.commands.uploads import store
from yitong.exchange.rules.answers import ConnectorInfo, Outcome
from yitong.kernel.identifiers import uscc
from yitong.kernel.reasons import Reason
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, system
from yitong.parties.models import Department

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)
NAMES = {
    "real-estate": "自然资源厅不动产登记平台",
    "housing-fund": "住房公积金管理中心",
    "degree": "教育部学信网",
    "business-licence": "市场监督管理总局",
}
DOWN = Reason(
    "timeout", "The source did not answer within %(milliseconds)s milliseconds.", params={"milliseconds": 2000}
)


@dataclass
class Registers:
    """Answers by connector: a dict is found, None is absent, a missing key is unavailable. ``asked`` keeps who asked what."""

    answers: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    licences: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)

    def licence(
        self, *, actor: Actor, holder: Holder, type_code: str, names: Collection[str], ground: Ground, now: datetime
    ) -> Found | None:
        data = self.licences.get(type_code)
        return Found("library", Outcome.FOUND, "电子证照库", data, now, reference="1.2.156") if data else None

    def ask(self, *, actor: Actor, connector: str, holder: Holder, ground: Ground, now: datetime) -> Found:
        self.asked.append((connector, holder.id_number, ground.purpose, ground.reference))
        name = NAMES.get(connector, connector)
        if connector not in self.answers:
            return Found("connector", Outcome.UNAVAILABLE, name, reason=DOWN)
        data = self.answers[connector]
        outcome = Outcome.ABSENT if data is None else Outcome.FOUND
        return Found("connector", outcome, name, dict(data or {}), now - timedelta(minutes=3), True, "7")

    def connectors(self) -> list[ConnectorInfo]:
        def info(code: str, subject: str, *fields: tuple[str, str]) -> ConnectorInfo:
            return ConnectorInfo(code, NAMES[code], NAMES[code], subject, "", fields, True, True, False)

        return [
            info("real-estate", "person", ("count", "登记套数"), ("place", "坐落")),
            info("housing-fund", "person", ("status", "账户状态"), ("months", "累计缴存月数")),
            info("degree", "person", ("school", "学校名称")),
            info("business-licence", "enterprise", ("status", "登记状态")),
        ]


@dataclass
class Bench:
    """The cast at work on certificates. ``now`` moves on by a minute with every act."""

    cast: Cast
    registers: Registers
    now: datetime

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name, self.now)

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def type(self, code: str) -> CertificateType:
        return CertificateType.objects.get(code=code)

    def upload(self, who: str, purpose: str = "certificates:material") -> int:
        file = SimpleUploadedFile("材料.png", PNG)
        return store(upload=file, actor=self.actor(who), purpose=purpose, accept=("png",), max_mb=1, now=self.now).pk

    def instant(self, code: str = "housing", who: str = "citizen", **changes: Any) -> CertificateRequest:
        said: dict[str, Any] = {"purpose": "公租房申请", "evidence": {"confirmed": "yes"}, **changes}
        self.later(minutes=1)
        return commands.issue_instant(actor=self.actor(who), type_code=code, now=self.now, **said)

    def request(self, code: str = "doctor_practice", who: str = "citizen", **changes: Any) -> CertificateRequest:
        self.later(minutes=1)
        said: dict[str, Any] = {"purpose": "职称评审", **changes}
        return commands.request(actor=self.actor(who), type_code=code, now=self.now, **said)

    def claimed(self, **changes: Any) -> CertificateRequest:
        made = self.request(**changes)
        return commands.claim(actor=self.actor("outsider"), request_id=made.pk, now=self.later(minutes=1))

    def approved(self, **changes: Any) -> CertificateRequest:
        made = self.claimed(**changes)
        return commands.approve(
            actor=self.actor("outsider"), request_id=made.pk, values=VALUES, now=self.later(minutes=1)
        )

    def window(self, who: str = "citizen", *, sensitive: bool = False) -> WindowConsent:
        return commands.open_window(
            actor=self.actor("clerk"),
            purpose="窗口核验",
            scan_id=self.upload("clerk", "certificates:window"),
            card_checked=True,
            sensitive=sensitive,
            person_id=self.cast.person(who).pk,
            now=self.later(minutes=1),
        )


LAW, CITATION = "examination-at-large", "《中华人民共和国行政许可法》第三十四条第三款"
"""A provision that needs no case, beside the built-in ones, which all need one."""
VALUES = {"category": "执业医师（临床）", "place": "示范市人民医院", "licence_no": "110439900000123"}


def add_departments(cast: Cast) -> None:
    """The departments of the city that the cast does not have."""
    codes = (
        "police",
        "justice",
        "human_resources",
        "education",
        "civil_affairs",
        "tax",
        "housing_fund",
        "real_estate",
        "disabled",
    )
    for number, code in enumerate(codes, start=11):
        cast.departments[code] = Department.objects.create(
            code=code,
            name=f"示范市{code}局",
            uscc=uscc.compose("1", "1", "439900", f"MB0000{number}"),
            region=cast.region("city"),
        )


@pytest.fixture
def bench(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Bench]:
    settings.MEDIA_ROOT = tmp_path
    add_departments(cast)
    commands.ensure_types(actor=system("tests"), now=cast.now)
    ensure_bases(cast.now)
    save_basis(
        actor=cast.actor("registrar"), code=LAW, title="核实", citation=CITATION, allows="核实申请材料的实质内容。",
        needs_case=False, now=cast.now,
    )  # fmt: skip
    registers = Registers(
        {"real-estate": None, "housing-fund": {"status": "正常缴存", "months": 66, "employer": "恒信"}}
    )
    with sources.using(registers):
        yield Bench(cast, registers, cast.now)
