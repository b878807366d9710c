"""What a case tells people: sealed documents and messages, in the words their templates ask for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings

from yitong.cases.models import Case
from yitong.cases.rules.deadlines import local_date
from yitong.catalog.records import ItemRecord
from yitong.documents.commands import issuing
from yitong.notifications.commands.send import Recipient, send
from yitong.parties.actors import Actor

SPECIAL_WORDS = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
"""The procedures 行政许可法 第四十五条 names, by their code in the implementation record."""
DELIVERY_WORDS = {"window": "窗口领取", "post": "邮寄", "electronic": "电子送达"}


def case_subject(case: Case) -> str:
    """What documents, files and messages call the case; the policy of the prefix ``case`` answers for it."""
    return f"case:{case.pk}"


def document(case: Case, kind: str, *, actor: Actor, now: datetime, **context: Any) -> None:
    """Issue a document of ``kind`` about the case. Empty values are left out: templates know what may lack."""
    issuing.issue(**_told(case, kind, context), actor=actor, now=now)


def document_id(case: Case, kind: str, *, actor: Actor, now: datetime, **context: Any) -> int:
    """As ``document``, for an act that refers to it. Not within ``together``, which learns the id only at its end."""
    issued = issuing.issue(**_told(case, kind, context), actor=actor, now=now)
    assert issued.pk is not None
    return issued.pk


def _told(case: Case, kind: str, context: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "applicant_name": case.applicant_name,
        "item_name": case.item_name,
        "case_number": case.number,
        **{name: value for name, value in context.items() if value not in (None, "")},
    }
    return {
        "kind": kind,
        "subject": case_subject(case),
        "issuer_department_id": case.department_id,
        "context": fields,
        "region_id": case.region_id,
        "recipient_person_id": case.applicant_person_id or case.agent_person_id,
    }


def tell(case: Case, template: str, *, now: datetime, key: str = "", **context: Any) -> None:
    """Write a message to the applicant into the outbox, once for this act: ``rev`` names it, or ``key`` when given."""
    send(
        template=template,
        recipient=Recipient(
            person_id=case.applicant_person_id or case.agent_person_id,
            phone=case.contact_phone,
            name=case.applicant_name,
        ),
        context={"item": case.item_name, "number": case.number, **context},
        dedup_key=f"case:{case.pk}:{key or case.rev}:{template}",
        now=now,
        subject=case_subject(case),
    )


def words(value: date | datetime | None) -> str:
    """A date as people read it; an unknown one says so."""
    if value is None:
        return "另行告知"
    day = local_date(value) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def basis(record: ItemRecord) -> str:
    """The main legal basis, as notices cite it."""
    if not record.legal_basis:
        return ""
    main = record.legal_basis[0]
    title = main.title if main.title.startswith("《") else f"《{main.title}》"
    return f"{title}{main.article}"


def contact(record: ItemRecord) -> str:
    """Where to ask."""
    return " ".join(part for part in (record.contact.place, record.contact.phone) if part)


def rating_address(case: Case) -> str:
    """Where the applicant rates the service."""
    return f"{settings.YITONG_BASE_URL}/my/cases/{case.number}/rate/"
