"""The main job played once, headless: from the log-in of a citizen to her rating, with every check on the way.

A teacher's qualification: one correction, an expert review that stops the clock, an extension, a decision by the chief
representative, the sealed licence. The acts lie in the working days before ``now``, so that the clock has days to count; the seal
and the log are of ``now``.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from yitong.audit import commands as audit
from yitong.audit.offline import verify
from yitong.audit.queries import receipt
from yitong.cases import commands as cases
from yitong.cases.queries.clock import CaseLedger, ledger, replayed
from yitong.cases.queries.reading import TimelineEntry, case_by_id, step_ids, timeline
from yitong.catalog.queries.items import PublishedItem, published
from yitong.documents import queries as documents
from yitong.documents.commands import seal_pending
from yitong.documents.commands.uploads import store
from yitong.documents.queries import verification
from yitong.documents.seals import certificates, keys
from yitong.feedback.commands import rate
from yitong.kernel.reasons import Refused
from yitong.licences.queries import of_holder
from yitong.notifications.commands import drain
from yitong.notifications.queries.messages import local_outbox
from yitong.parties.actors import Actor
from yitong.parties.commands.sessions import log_in_with_code, request_code
from yitong.parties.queries.actors import actor_of, actor_of_login
from yitong.site.demo.calendar import History, after, at, back
from yitong.site.demo.filling import fill
from yitong.site.demo.people import NAMED, persons
from yitong.site.demo.samples import sheet

ITEM = "000105001000"
"""教师资格认定."""
APPLICANT = 5
"""赵雪, in the list of persons."""
BEGAN = 30
"""Working days ago on which she applied."""
ADDRESS = "192.0.2.1"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold. ``detail``: what was found."""

    name: str
    holds: bool
    detail: str = ""


@dataclass
class Story:
    """What came of it."""

    checks: list[Check] = field(default_factory=list)
    acts: list[TimelineEntry] = field(default_factory=list)
    case: Any = None
    ledger: CaseLedger | None = None
    licence: Any = None
    pdf: bytes = b""
    authority: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return bool(self.checks) and all(check.holds for check in self.checks)

    def check(self, name: str, holds: object, detail: object = "") -> None:
        """Note one check."""
        self.checks.append(Check(name, bool(holds), str(detail)))


class Teller:
    """Plays the story chapter by chapter; ``chapters`` yields the name of each before it is played."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.history = History.before(now)
        self.day = back(self.history.today, BEGAN)
        self.story = Story()
        self.citizen: Actor | None = None
        self.case: Any = None
        self.item: PublishedItem = published(ITEM)
        self.random = Random("story")

    def chapters(self) -> Iterator[str]:
        """Play; the caller shows the names as progress."""
        for name, chapter in (
            ("手机验证码登录", self.log_in),
            ("填表、上传材料、提交", self.apply),
            ("一次性补正告知与补正", self.correct),
            ("受理，两个时限开始计算", self.accept),
            ("审查，专家评审期间时限停止", self.review),
            ("部门负责人批准延期", self.extend),
            ("首席代表作出决定，签发电子证照", self.decide),
            ("文书编号、盖章", self.seal),
            ("评价", self.rate),
            ("审计日志排序，验证回执", self.sequence),
            ("验证证照文件", self.verify),
        ):
            yield name
            chapter()

    # --- time and people ----------------------------------------------------------------------------------------
    def later(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """The instant so many working days after the application."""
        return at(after(self.day, days) if days else self.day, time(hour, minute))

    def official(self, login: str, when: datetime) -> Actor:
        return actor_of_login(login, when)

    def do(self, command: Any, actor: Actor, when: datetime, **args: Any) -> None:
        """One command on the case."""
        self.case = command(actor=actor, case_id=self.case.pk, now=when, **args)

    @property
    def applicant(self) -> Actor:
        assert self.citizen is not None  # the first chapter logs her in
        return self.citizen

    # --- chapters -----------------------------------------------------------------------------------------------
    def log_in(self) -> None:
        """The code goes to the outbox, the local provider delivers it, she types it; a wrong one is refused."""
        when, phone = self.later(0, 8, 30), persons(len(NAMED), self.history)[APPLICANT].phone
        request_code(phone=phone, address=ADDRESS, now=when)
        drain(now=when)
        text = next((row.text for row in local_outbox(phone).rows), "")
        code = "".join(character for character in text.split("分钟")[0] if character.isdigit())[:6]
        self.story.check("验证码经本地通道送达", len(code) == 6, "短信一条")
        try:
            log_in_with_code(phone=phone, code=f"{(int(code or 0) + 1) % 10**6:06d}", address=ADDRESS, now=when)
            refused = False
        except Refused:
            refused = True
        self.story.check("错误的验证码被拒绝", refused)
        account = log_in_with_code(phone=phone, code=code, address=ADDRESS, now=when + timedelta(seconds=40)).account
        self.citizen = actor_of(account, when)
        self.story.check("登录的是申请人本人", self.citizen.name == NAMED[APPLICANT][0], self.citizen.name)

    def apply(self) -> None:
        """Scenario, form, files, delivery, submission."""
        who, when = self.applicant, self.later(0, 9)
        one = persons(len(NAMED), self.history)[APPLICANT]
        known = {
            f"person.{name}": str(getattr(one, name)) for name in ("name", "idcard", "phone", "address", "birth_on")
        }
        filled = fill(self.item.record, known, self.day, self.random)
        applicant = cases.Applicant(person_id=who.person_id)
        self.case = cases.start_draft(actor=who, item_code=ITEM, applicant=applicant, now=when, client_token="story")
        self.do(cases.save_answers, who, when, answers=filled.answers)
        self.do(cases.save_form, who, when, form=filled.form)
        try:
            cases.submit(actor=who, case_id=self.case.pk, now=when)
            refused = 0
        except Refused as reasons:
            refused = len(reasons.reasons)
        self.story.check("缺材料时不能提交，并逐项说明", refused == len(filled.materials), f"{refused} 项")
        for material in filled.materials:
            self.upload(material, when + timedelta(minutes=5))
        self.do(cases.choose_delivery, who, when + timedelta(minutes=9), method="electronic")
        self.do(cases.submit, who, when + timedelta(minutes=10))
        self.filled = filled
        self.story.check("提交后取得办件编号和收件凭证", self.case.number, self.case.number)

    def upload(self, material: Any, when: datetime) -> None:
        """A file, looked at and kept, for a material."""
        kind = "pdf" if "pdf" in material.accept else "jpg"
        content = io.BytesIO(sheet(kind))
        content.name = f"{material.name[:40]}.{kind}"
        file = store(
            upload=content,
            actor=self.applicant,
            purpose="cases:material",
            accept=tuple(material.accept),
            max_mb=material.max_mb,
            now=when,
        )
        self.do(cases.attach_material, self.applicant, when, material_code=material.code, stored_file_id=file.pk)

    def correct(self) -> None:
        """The one notice; a second one is refused."""
        material, officer = self.filled.materials[0], self.official("education.accept", self.later(2))
        items = [
            {"material": material.code, "problem": "扫描件不清晰，无法辨认", "remedy": "请重新扫描，四角完整、文字清楚"}
        ]
        self.do(cases.request_correction, officer, self.later(2), items=items)
        self.upload(material, self.later(4, 20))
        self.do(cases.supply_correction, self.applicant, self.later(4, 20, 5))
        try:
            cases.request_correction(actor=officer, case_id=self.case.pk, items=items, now=self.later(5, 9))
            reason = ""
        except Refused as refused:
            reason = refused.reasons[0].code
        self.story.check("第二次补正告知被拒绝", reason == "second_correction", reason)

    def accept(self) -> None:
        """Claimed and accepted; both clocks run."""
        officer = self.official("education.accept", self.later(5))
        self.do(cases.claim, officer, self.later(5))
        self.do(cases.accept, officer, self.later(5, 10, 30))
        limit = self.item.record.committed_limit.amount
        due = after(self.later(5).date(), limit)
        self.story.check(
            f"承诺时限 {limit} 个工作日，到期日正确", self.case.committed_due_on == due, self.case.committed_due_on
        )

    def review(self) -> None:
        """Steps in their stages; the clock stands for five working days."""
        before = self.case.committed_due_on
        steps = self.filled.selection.steps
        self.steps(6, [step for step in steps if step.stage == steps[0].stage])
        officer = self.official("education.review1", self.later(7))
        reason = "需要组织专家评审教育教学能力。"
        self.do(
            cases.start_special_procedure, officer, self.later(7), kind="expert_review", reason=reason, planned_days=5
        )
        self.story.check("专家评审期间没有到期日", self.case.committed_due_on is None and self.case.suspended)
        self.do(cases.end_special_procedure, officer, self.later(12), result="专家评审通过。")
        moved = after(before, 5)
        self.story.check("停止的五个工作日不计入时限", self.case.committed_due_on == moved, self.case.committed_due_on)
        middle = sorted({step.stage for step in steps})[1:-1]
        for place, stage in enumerate(middle):
            self.steps(13 + place, [step for step in steps if step.stage == stage])

    def steps(self, days: int, steps: list[Any]) -> None:
        """Opinions of one stage."""
        ids = step_ids(self.case.pk)
        for place, step in enumerate(steps):
            when = self.later(days, 14, place * 10)
            job = "chief" if step.role == "chief" else "review1"
            officer = self.official(f"{step.department or 'education'}.{job}", when)
            text = "材料齐全，符合认定条件，同意。"
            self.do(cases.complete_step, officer, when, step_id=ids[step.code], opinion="agree", text=text)

    def extend(self) -> None:
        """Asked by the officer, who cannot approve it himself; approved by the head."""
        before, when = self.case.committed_due_on, self.later(16)
        officer, head = self.official("education.review1", when), self.official("education.head", when)
        self.do(cases.request_extension, officer, when, days=3, reason="需要核实外省学历证书。")
        self.do(cases.approve_extension, head, self.later(16, 15))
        self.story.check("延长三个工作日", self.case.committed_due_on == after(before, 3), self.case.committed_due_on)

    def decide(self) -> None:
        """The last step and the decision; electronic delivery closes the case."""
        last = max(step.stage for step in self.filled.selection.steps)
        self.steps(18, [step for step in self.filled.selection.steps if step.stage == last])
        when = self.later(19)
        self.do(cases.decide, self.official("education.chief", when), when, outcome="granted")
        case = case_by_id(self.applicant, self.case.pk)
        self.story.case, self.case = case, case
        self.story.check("准予，电子送达后办结", (case.state, case.outcome) == ("closed", "granted"))
        self.story.licence = of_holder(self.applicant).first()
        self.story.check("决定的同时签发电子证照", self.story.licence, getattr(self.story.licence, "identifier", ""))
        found = replayed(case)
        stored = (case.statutory_due_at, case.committed_due_at, case.yellow_at)
        same = found is not None and (found.statutory_due_at, found.committed_due_at, found.yellow_at) == stored
        self.story.check("由事件重新计算的时限与保存的一致", same)
        self.story.ledger = ledger(case, self.now)
        self.story.acts = timeline(self.applicant, case)

    def seal(self) -> None:
        """Everything that was issued gets its number and its seal."""
        while seal_pending(now=self.now):
            pass
        issued = [*documents.of_subject(f"case:{self.case.pk}")]
        self.story.check("文书全部编号并盖章", all(one.number for one in issued), f"{len(issued)} 份")
        self.story.pdf = documents.pdf(self.story.licence.document, self.now)
        self.story.authority = certificates.pem(keys.authority_certificate(self.now))

    def rate(self) -> None:
        """One rating, and no second one."""
        given = {"actor": self.applicant, "case_number": self.case.number, "level": 1, "tags": ["fast", "clear"]}
        rate(**given, text="一次办成。", channel="web", now=self.now)
        try:
            rate(**given, text="", channel="web", now=self.now)
            refused = False
        except Refused:
            refused = True
        self.story.check("评价一次，第二次被拒绝", refused, "非常满意")

    def sequence(self) -> None:
        """The receipt of the submission holds without the database; a changed one does not."""
        entries = audit.sequence_all(now=self.now)
        found = receipt(f"case:{self.case.number}", "cases:case:submitted")
        verdict = verify(found) if found else None
        detail = f"日志 {entries} 条" if verdict is None or verdict.valid else verdict.reason
        self.story.check("收件回执的存在证明离线验证通过", verdict and verdict.valid, detail)
        if found:
            forged = {**found, "entry": {**found["entry"], "at": "2020-01-01T00:00:00.000000Z"}}
            self.story.check("改动过的回执被识破", not verify(forged).valid)

    def verify(self) -> None:
        """Our own verifier, a changed file, the public page, and pdfsig where there is one."""
        finding = verification.of_pdf(self.story.pdf, self.now)
        self.story.check("证照文件验证结果为有效", finding.verdict == "valid", finding.signer)
        middle = len(self.story.pdf) // 3
        changed = self.story.pdf[:middle] + bytes([self.story.pdf[middle] ^ 1]) + self.story.pdf[middle + 1 :]
        self.story.check("改动一个字节后不再有效", verification.of_pdf(changed, self.now).verdict != "valid")
        public = verification.by_code(self.story.licence.code, self.now)
        self.story.check("扫码验证页认得这张证照", public is not None and public.verdict == "valid")
        if shutil.which("pdfsig"):
            holds, detail = pdfsig(self.story.pdf)
            self.story.check("第三方工具 pdfsig 认定签名有效", holds, detail)


def pdfsig(pdf: bytes) -> tuple[bool, str]:
    """Whether poppler's pdfsig calls the signature valid and the whole file signed, and its words."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(pdf)
        done = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True, timeout=60, check=False)
    lines = [line.strip(" -") for line in done.stdout.splitlines()]
    found = next((line for line in lines if line.startswith("Signature Validation:")), done.stderr.strip()[:80])
    return found.endswith("Signature is Valid.") and "Total document signed" in lines, found
