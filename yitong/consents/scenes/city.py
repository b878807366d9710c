"""The scenes of the demonstration city (DOMAIN A1.16): seven places, each with the least it needs."""

from __future__ import annotations

import hashlib

from yitong.consents.scenes.base import Bearer, Line, Scene, register
from yitong.kernel.reasons import N_
from yitong.parties.rules.masking import mask_idcard, masked_name

ID_CARD, DISABILITY_CARD, SENIOR_CARD, HEALTH_INSURANCE = "居民身份证", "残疾人证", "老年人优待证", "医疗保险参保凭证"
ADULT = 18
"""《中华人民共和国未成年人保护法》第二条; internet cafés: 第五十八条."""
SENIOR = 65
"""《中华人民共和国老年人权益保障法》第五十八条 leaves the age to the city; most set 65."""


def pseudonym(bearer: Bearer, scene: str) -> str:
    """Ten digits that mean this holder in this scene alone: two scenes cannot compare what they know."""
    raw = hashlib.sha256(scene.encode() + b"\x00" + bearer.key).digest()
    return f"{int.from_bytes(raw[:8], 'big') % 10**10:010d}"


@register
class Hall(Scene):
    """A counter takes what is offered into the case at hand."""

    code = "hall"
    name = N_("Government service counter")
    purpose = "政务服务窗口办事"
    department = "示范市行政审批服务局"
    tells = N_(
        "Your name, your masked citizen number and the licences you choose; the officer takes those the case needs."
    )
    law = "《国务院关于在线政务服务的若干规定》第十条"
    takes = True

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        return (
            Line(N_("Full name"), bearer.name),
            Line(N_("Citizen number"), mask_idcard(bearer.idcard)),
        )


@register
class Clinic(Scene):
    """Registers a patient: no address, no record."""

    code = "clinic"
    name = N_("Seeing a doctor")
    purpose = "就医登记"
    department = "示范市卫生健康委员会"
    tells = N_("Your name, sex, age, masked citizen number and whether you have health insurance.")
    wants = (HEALTH_INSURANCE,)

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        return (
            Line(N_("Full name"), bearer.name),
            Line(N_("Sex"), N_("female") if bearer.sex == "female" else N_("male"), literal=False),
            Line(N_("Age"), str(bearer.age)),
            Line(N_("Citizen number"), mask_idcard(bearer.idcard)),
            Line(
                N_("Health insurance"),
                N_("Insured") if HEALTH_INSURANCE in bearer.offered else N_("No proof was offered"),
                literal=False,
            ),
        )


@register
class Transit(Scene):
    """A gate: may ride, and at which fare. No name."""

    code = "transit"
    name = N_("Bus and metro")
    purpose = "乘坐公交地铁"
    department = "示范市交通运输局"
    tells = N_("Only that you may ride and at which fare; no name and no number.")
    law = "《中华人民共和国老年人权益保障法》第五十八条、《中华人民共和国残疾人保障法》第五十条"
    wants = (DISABILITY_CARD, SENIOR_CARD)
    shows_face = False

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        free = bearer.age >= SENIOR or bool(bearer.offered & {DISABILITY_CARD, SENIOR_CARD})
        fare = N_("Concession fare") if free else N_("Ordinary fare")
        return (
            Line(N_("May ride"), N_("Yes"), literal=False),
            Line(N_("Fare"), fare, literal=False),
        )


@register
class Library(Scene):
    """Lends books to a number that means the reader here and nowhere else."""

    code = "library"
    name = N_("Public library")
    purpose = "图书借阅"
    department = "示范市文化广电旅游体育局"
    tells = N_("Your masked name and a reader's number made for the library alone.")
    shows_face = False

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        return (
            Line(N_("Reader's number"), pseudonym(bearer, self.code)),
            Line(N_("Full name"), masked_name(bearer.name)),
        )


@register
class Hotel(Scene):
    """Registers a guest, for which the law asks name and number of the identity document."""

    code = "hotel"
    name = N_("Checking in at a hotel")
    purpose = "旅馆住宿登记"
    department = "示范市公安局"
    tells = N_("Your name and whole citizen number from your identity card: hotels have to register both.")
    law = "《旅馆业治安管理办法》第六条"
    wants = (ID_CARD,)
    reads = {ID_CARD: ("idcard", "sex", "birth_on")}

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        card = bearer.read.get(ID_CARD)
        if card is None:
            text = N_("No valid e-identity card was offered: look at the card itself")
            return (Line(N_("Identity document"), text, literal=False, good=False),)
        return (
            Line(N_("Full name"), bearer.name),
            Line(N_("Citizen number"), card.get("idcard", "")),
            Line(N_("Identity document"), N_("Valid today"), literal=False),
        )


@register
class Parcel(Scene):
    """Takes in a parcel from somebody whose identity is known."""

    code = "parcel"
    name = N_("Sending a parcel")
    purpose = "寄递实名收寄"
    department = "示范市邮政管理局"
    tells = N_("That you are registered under your real name, your name and masked citizen number.")
    law = "《快递暂行条例》第二十二条"

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        return (
            Line(N_("Registered under a real name"), N_("Yes"), literal=False),
            Line(N_("Full name"), bearer.name),
            Line(N_("Citizen number"), mask_idcard(bearer.idcard)),
        )


@register
class InternetCafe(Scene):
    """Lets adults in."""

    code = "netcafe"
    name = N_("Internet café")
    purpose = "上网服务场所入场核验"
    department = "示范市文化广电旅游体育局"
    tells = N_("Whether you are of age, your masked name and masked citizen number.")
    law = "《互联网上网服务营业场所管理条例》第二十一条、第二十三条"

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        adult = bearer.age >= ADULT
        return (
            Line(N_("Of age"), N_("Yes") if adult else N_("No: may not enter"), literal=False, good=adult),
            Line(N_("Full name"), masked_name(bearer.name)),
            Line(N_("Citizen number"), mask_idcard(bearer.idcard)),
        )
