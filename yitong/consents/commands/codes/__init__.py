"""Presentation codes (亮码): ``showing`` one, ``scanning`` one, ``taking`` what it offers; ``agreement`` is what a scan stands for."""

from yitong.consents.commands.codes.limits import over_limit
from yitong.consents.commands.codes.scanning import FACE_LASTS, Presented, presented, spend
from yitong.consents.commands.codes.showing import Issued, forget, issue_code
from yitong.consents.commands.codes.taking import Taken, agree_to_registers, take
from yitong.consents.commands.keys import rotate_key

__all__ = [
    "FACE_LASTS",
    "Issued",
    "Presented",
    "Taken",
    "agree_to_registers",
    "forget",
    "issue_code",
    "over_limit",
    "presented",
    "rotate_key",
    "spend",
    "take",
]
