"""The provisions under which a licence may be read without its holder's consent, as they are seeded (Chinese data).

The table is data: a city edits it on the console. Every one asks for a case; sensitive fields only where the task cannot be
done without them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BasisData:
    """One built-in provision; empty ``departments`` and ``type_codes`` mean all."""

    code: str
    title: str
    citation: str
    allows: str
    sensitive: bool = False


BASES: tuple[BasisData, ...] = (
    BasisData(
        "statutory-duty",
        "履行法定职责",
        "《中华人民共和国个人信息保护法》第十三条第一款第三项",
        "为履行法定职责或者法定义务所必需，在办理具体事项时核对有关证照，不得超出履职所必需的范围和限度。",
    ),
    BasisData(
        "licence-examination",
        "审查申请材料实质内容",
        "《中华人民共和国行政许可法》第三十四条第三款",
        "根据法定条件和程序，需要对申请材料的实质内容进行核实的，指派工作人员核查。",
        sensitive=True,
    ),
    BasisData(
        "licence-inspection",
        "对被许可人监督检查",
        "《中华人民共和国行政许可法》第六十一条",
        "核查反映被许可人从事行政许可事项活动情况的有关材料，履行监督责任。",
    ),
    BasisData(
        "emergency",
        "突发公共卫生事件或者紧急情况",
        "《中华人民共和国个人信息保护法》第十三条第一款第四项",
        "为应对突发公共卫生事件，或者紧急情况下为保护自然人的生命健康和财产安全所必需。",
        sensitive=True,
    ),
)
