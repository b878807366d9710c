"""The scene in which a presentation code is shown at a window that asks registers: showing it there is the consent."""

from __future__ import annotations

from yitong.consents.scenes import Bearer, Line, Scene, register
from yitong.kernel.reasons import N_
from yitong.parties.rules.masking import mask_idcard


@register
class WindowScene(Scene):
    """A clerk draws a certificate or a data inquiry sheet for who shows the code; no licence is taken."""

    code = "window"
    name = N_("Certificates and data inquiry at a window")
    purpose = "窗口开具证明、查询数据"
    department = "示范市行政审批服务局"
    tells = N_(
        "Your name and your masked citizen number. You agree that for half an hour this window asks registers and the licence "
        "library about you, or about the enterprise you choose, to draw the certificate or the data sheet you want."
    )
    law = "《中华人民共和国个人信息保护法》第十四条"
    asks = True

    @property
    def template(self) -> str:
        return "certificates/scene.html"

    def show(self, bearer: Bearer) -> tuple[Line, ...]:
        person = (
            Line(N_("Full name"), bearer.name),
            Line(N_("Citizen number"), mask_idcard(bearer.idcard)),
        )
        return (Line(N_("Enterprise"), bearer.firm), *person) if bearer.firm else person
