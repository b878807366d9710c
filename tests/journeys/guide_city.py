"""The demonstration city behind a real browser: what the user guides show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page

from yitong.cases import commands as cases
from yitong.cases.models import Case, CaseMaterial
from yitong.catalog.queries.items import published
from yitong.consents import commands as consents
from yitong.parties.models import Account, Enterprise
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.site.demo import load
from yitong.site.demo.bars import Silent
from yitong.site.demo.calendar import at, back
from yitong.site.demo.filling import fill
from yitong.site.demo.samples import Samples

SCALE = "0.01"
"""A case of each course and a few more; items, places and officials are all there at any scale."""
FOOD = "000131002000"
RECEIVED_AGO = (7, 6, 4, 3, 2, 1, 1)
"""Working days ago on which the food licences at the desk were applied for: over the limit, near it, in time."""
NIGHT, LOOKS_AT_NIGHT = time(21, 40), 6
"""When an officer looked at a licence, and how often: enough for the list of anomalies."""


def log_in(page: Page, login: str | Account) -> Page:
    """Give the browser a session of an account, or of that with this phone or user name, as the log-in pages do."""
    if isinstance(login, str):
        account = Account.objects.get(**{"phone" if login.isdecimal() else "username": login})
    else:
        account = login
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "yitong.parties.backends.AccountBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    page.goto("/healthz")
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": str(session.session_key), "url": page.url}])
    return page


@pytest.fixture(name="demo_city")
def demo_city_fixture(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.YITONG_DEMO = True
    monkeypatch.setenv("YITONG_DEMO_SCALE", SCALE)
    load.load_city(bars=Silent(), processes=0)
    fill_the_desk(timezone.now())
    yield
    with connection.cursor() as cursor:  # no model's table: the next test's clean database would keep it
        cursor.execute("DROP TABLE site_demo_progress")


def fill_the_desk(now: datetime) -> None:
    """Applications of enterprises for a food licence: the youngest just handed in, the others accepted."""
    samples, item = Samples(now), published(FOOD)
    firms = Enterprise.objects.filter(legal_representative__isnull=False).order_by("id")[2 : 2 + len(RECEIVED_AGO)]
    for number, (firm, ago) in enumerate(zip(firms, RECEIVED_AGO, strict=True)):
        when = at(back(timezone.localdate(now), ago), time(9, 15 + 6 * number))
        applicant = actor_of_person(firm.legal_representative_id, when)
        case = cases.start_draft(
            actor=applicant, item_code=FOOD, applicant=cases.Applicant(enterprise_id=firm.pk), now=when, channel="web"
        )
        filled = fill(item.record, _known(firm), when.date(), Random(number))
        by = {"actor": applicant, "case_id": case.pk, "now": when}
        cases.save_answers(**by, answers=filled.answers)
        cases.save_form(**by, form=filled.form)
        for material in filled.materials:
            stored = samples.give(material, applicant, when)
            cases.attach_material(**by, material_code=material.code, stored_file_id=stored)
        cases.submit(**by)
        if ago > 1:
            accepter = actor_of_login("market.accept", when)
            cases.accept(actor=accepter, case_id=case.pk, now=when + timedelta(hours=1))


def open_licences(case: Case, now: datetime) -> None:
    """Officers looked at a licence the case uses, the working day before: one by day, another at night."""
    licence_id = CaseMaterial.objects.filter(case=case, licence__isnull=False).earliest("pk").licence_id
    day = back(timezone.localdate(now), 1)
    late = [("police.chief", at(day, NIGHT) + timedelta(minutes=3 * place)) for place in range(LOOKS_AT_NIGHT)]
    for login, when in (("police.review1", at(day, time(14, 10))), *late):
        consents.use(
            actor=actor_of_login(login, when),
            licence_id=licence_id,
            law="licence-examination",
            case_number=case.number,
            purpose="核实申请材料",
            now=when,
        )


def _known(firm: Enterprise) -> dict[str, str]:
    assert firm.legal_representative is not None
    name = firm.legal_representative.name
    return {
        "enterprise.name": firm.name,
        "enterprise.uscc": firm.uscc,
        "enterprise.address": firm.address,
        "enterprise.phone": firm.phone,
        "enterprise.legal_representative": name,
        "person.name": name,
    }
