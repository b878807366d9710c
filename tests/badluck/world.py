"""A city in which something of every kind belongs to somebody, so that others can try to reach it.

李梅 owns the cases, files, licences, messages and mandates; the market department handles them. 外人 (a citizen), 田镇
(an officer of the town) and nobody at all are those who must not see any of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.badluck.certificates_world import certificates
from tests.badluck.consents_world import consents
from tests.badluck.ingest_world import arrivals
from yitong.archive import commands as archive
from yitong.archive import queries as archives
from yitong.audit.commands import ensure_keys, sequence_all
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.tests.conftest import PNG, Office
from yitong.cases.tests.items import RECORD
from yitong.catalog.commands.drafts import save_draft
from yitong.catalog.commands.imports import import_file
from yitong.catalog.records import ItemRecord
from yitong.documents.commands import templates, uploads
from yitong.documents.models import Document, DocumentTemplate, QuarantinedFile
from yitong.documents.seals import keys
from yitong.exchange import commands as exchange
from yitong.kernel.identifiers import idcard
from yitong.kernel.reasons import Refused
from yitong.licences.commands import status_lists
from yitong.licences.commands.proving import prove
from yitong.licences.models import Licence
from yitong.notifications.commands import drain
from yitong.notifications.models import Message
from yitong.parties.actors import system
from yitong.parties.models import Absence, Delegation, EnterpriseHandler, Mandate, Person

STRANGERS = ("stranger", "town_official")
SHOP = "李梅小吃店"
"""What the owner wrote into her form: nobody else's page may hold it."""


@dataclass
class World:
    """``ids``: values for the address of every page, by the name of the address's part."""

    office: Office
    draft: Case
    case: Case
    correcting: Case
    licence: Licence
    document: Document
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What belongs to the owner and stands on no stranger's page."""
        owner = self.office.cast.person("citizen")
        return (SHOP, owner.idcard, owner.phone, str(self.case.number), str(self.correcting.number))


def build(office: Office) -> World:
    """About 250 rows in a second."""
    ensure_keys(now=office.now)
    keys.ensure_keys(office.now)
    templates.ensure_templates(office.now)
    correcting = office.submitted()
    missing = [{"material": "layout", "problem": "图纸不清", "remedy": "重新绘制"}]
    correcting = office.do(commands.request_correction, "accepter", correcting, items=missing)
    case = office.granted()
    draft = office.draft()
    licence = Licence.objects.get(case_number=case.number)
    document = Document.objects.filter(subject=f"case:{case.pk}").exclude(kind="licence").order_by("id")[0]
    world = World(office, draft, case, correcting, licence, document)
    world.ids = {
        "number": case.number,
        "case_id": draft.pk,
        "document_id": document.pk,
        "material_id": CaseMaterial.objects.filter(case=case).order_by("id")[0].pk,
        "licence_id": licence.pk,
        "licence_type_id": licence.type_id,
        "file_id": office.upload("citizen"),
        "action": "accept",
        "name": "instant",
        "question": "scope",
        "part": 1,
        "material": "layout",
        "draft_material_id": CaseMaterial.objects.filter(case=draft, code="layout")[0].pk,
        "document_code": document.code,
        "licence_code": licence.code,
        "proof_file": "metadata.json",
        "licence_type_code": licence.type.code,
        "slug": prove(licence_id=licence.pk, now=office.now).status_list.slug,
        "message_code": "case_accepted",
        "table": "items",
        **_parties(office),
        **_papers(office),
        **_catalogue(office),
        **_exchange(office),
        **arrivals(office, SHOP),
        **certificates(office),
        **consents(office, licence, str(case.number)),
        "archived_id": _archived(office, str(case.number)),
    }
    drain(now=office.later(minutes=1), limit=100)
    # Published once, like the keys that set-up makes: otherwise the first who fetches the list would have it signed.
    status_lists.token(slug=world.ids["slug"], now=office.now)
    sequence_all(now=office.now)
    world.ids["message_id"] = Message.objects.filter(channel="inapp", subject=f"case:{case.pk}")[0].pk
    world.ids["entry_id"] = Entry.objects.order_by("-id")[0].pk
    return world


def _parties(office: Office) -> dict[str, int]:
    cast, today = office.cast, office.now.date()
    number = idcard.compose("439901", date(1979, 4, 5), 12)
    agent = Person.objects.create(
        name="何师傅",
        idcard=number,
        phone="13800000009",
        sex="male",
        birth_on=date(1979, 4, 5),
        registered_at=office.now,
    )
    enterprise, until = cast.enterprise(), today + timedelta(days=90)
    handler = EnterpriseHandler.objects.create(
        enterprise=enterprise, person=agent, valid_from=today, named_at=office.now
    )
    mandate = Mandate.objects.create(
        agent=agent,
        principal_person=cast.person("citizen"),
        scope="all",
        valid_from=today,
        valid_until=until,
        given_at=office.now,
    )
    absence = Absence.objects.create(staff=cast.staff_member("second_reviewer"), from_on=today, until_on=until)
    delegation = Delegation.objects.create(
        item_code="000131009000",
        department=cast.department("market"),
        region=cast.region("town"),
        town_department=cast.department("town"),
        valid_from=today,
    )
    post = cast.posts["陈静"]
    holding = post.holdings.order_by("id")[0]
    assert cast.letter is not None
    return {
        "person_id": cast.person("citizen").pk,
        "enterprise_id": enterprise.pk,
        "handler_id": handler.pk,
        "mandate_id": mandate.pk,
        "absence_id": absence.pk,
        "delegation_id": delegation.pk,
        "region_id": cast.region("district").pk,
        "department_id": cast.department("market").pk,
        "counter_id": cast.counters["general"].pk,
        "staff_id": cast.staff_member("second_reviewer").pk,
        "post_id": post.pk,
        "holding_id": holding.pk,
        "letter_id": cast.letter.pk,
    }


def _papers(office: Office) -> dict[str, Any]:
    try:
        uploads.store(
            upload=SimpleUploadedFile("李梅身份证.pdf", PNG),
            actor=office.actor("citizen"),
            purpose="cases:material",
            accept=("pdf", "png"),
            max_mb=1,
            now=office.now,
        )
    except Refused:
        pass
    template = DocumentTemplate.objects.get(kind="acceptance_notice", active=True)
    changed = templates.save_draft(
        kind=template.kind,
        department_id=None,
        title=template.title,
        body=template.body,
        actor=office.actor("admin"),
        now=office.now,
    )
    return {
        "quarantined_id": QuarantinedFile.objects.get().pk,
        "kind": template.kind,
        "version": template.version,
        "template_id": changed.pk,
    }


def _archived(office: Office, number: str) -> int:
    """李梅's paper, taken up in her case."""
    citizen = office.actor("citizen")
    holder = archives.holder_for(citizen)
    assert holder is not None
    upload = SimpleUploadedFile("身份证.png", PNG)
    entry = {"kind": "family", "paper": "id_card", "name": f"{SHOP}的身份证"}
    file = archive.upload(actor=citizen, holder=holder, upload=upload, now=office.now, **entry)
    archive.reuse(actor=citizen, file_id=file.pk, case_number=number, purpose="办件", now=office.now)
    return file.pk


def _exchange(office: Office) -> dict[str, Any]:
    exchange.ensure_connectors(office.now)
    made = exchange.register_client(
        actor=system("tests"),
        name="外部系统",
        department_id=office.cast.department("health").pk,
        contact="",
        purpose="核验",
        law="协议",
        now=office.now,
    )
    return {"connector": "degree", "client_pk": made.client.pk}


def _catalogue(office: Office) -> dict[str, Any]:
    record = ItemRecord.model_validate({**RECORD, "summary": "修订中的说明。"})
    version = save_draft(actor=system("tests"), item_id=office.item.item_id, record=record, now=office.now)
    batch = import_file(actor=office.actor("author"), content=b"not: [an item", file_name="x.yaml", now=office.now)
    return {
        "code": office.item.basic_code,
        "item_id": office.item.item_id,
        "version_id": version.pk,
        "batch_id": batch.pk,
        "act": "discard",
        "record_part": "steps",
    }
