"""Archives of the demonstration city: papers of 李梅 and of the company 恒信, drawn as specimens and left for the worker to read."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.archive import commands, queries
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries.actors import account_by_id, actor_of
from yitong.parties.queries.people import person
from yitong.site.demo.accounts import ACCOUNTS
from yitong.site.demo.calendar import MORNING, History, at
from yitong.site.demo.paper_pictures import DRAWN

CITIZEN, DIRECTOR = ACCOUNTS[0], ACCOUNTS[1]


def load_archives(history: History) -> None:
    """Five papers, one statement and one agreement; half a second."""
    now = at(history.last, MORNING)
    citizen = _actor(CITIZEN.login, now)
    own = queries.holder_for(citizen)
    if own is None or citizen.person_id is None:
        return
    known = person(citizen.person_id)
    assert known is not None
    stated = {
        "name": known.name,
        "sex": "女" if known.sex == "female" else "男",
        "birth_on": known.birth_on.isoformat(),
        "idcard": known.idcard,
        "address": known.address[:26],
        "ethnicity": "汉",
        "nationality": "中国",
        "first_issued_on": "2012-06-18",
        "class": "C1",
        "period": "2022-06-18/2032-06-18",
    }
    commands.agree_to_keeping(actor=citizen, holder=own, now=now)
    for paper in ("id_card", "driving_licence", "photo"):
        _upload(citizen, own, paper, stated, now)
    commands.declare(
        actor=citizen,
        holder=own,
        kind="family",
        paper="vehicle_licence",
        name="家用小汽车",
        values={"plate": "湘AD12345", "owner": known.name, "vehicle_type": "小型轿车"},
        now=now,
    )
    director = _actor(DIRECTOR.login, now)
    for enterprise_id in sorted(director.enterprise_ids)[:1]:
        company = queries.holder_for(director, enterprise_id)
        if company is not None:
            _upload(director, company, "business_licence", _company(company, director), now)


def _company(company: Holder, director: Actor) -> dict[str, str]:
    return {
        "uscc": company.id_number,
        "company_name": company.name,
        "company_type": "有限责任公司",
        "legal_representative": director.name,
        "scope": "日用百货、办公用品的批发与零售",
        "capital": "壹佰万元整",
        "founded_on": "2016-04-12",
        "address": "示范市朝晖区春风路10号",
    }


def _upload(actor: Actor, holder: Holder, paper: str, values: dict[str, Any], now: datetime) -> None:
    out = io.BytesIO()
    DRAWN[paper](values).save(out, "JPEG", quality=82)
    file = SimpleUploadedFile(f"{paper}.jpg", out.getvalue(), "image/jpeg")
    kind = "business" if holder.enterprise_id is not None else "family"
    commands.upload(actor=actor, holder=holder, kind=kind, paper=paper, name="", upload=file, now=now)


def _actor(phone: str, now: datetime) -> Actor:
    from django.contrib.auth import get_user_model

    account = get_user_model()._default_manager.get(phone=phone)
    return actor_of(account_by_id(account.pk), now)
