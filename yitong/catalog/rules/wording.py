"""Vague wording that a record must not hold: catch-all phrases that let an office ask for more than it published.

Source: 嘉善县 "取消模糊性表述和兜底条款" (DOMAIN A12, S2);
优化营商环境条例 (国务院令第722号) 第四十条: no requirement beyond the published list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LAW = "优化营商环境条例 (国务院令第722号) 第四十条"
VAGUE_PHRASES = (
    "其他材料",
    "其它材料",
    "其他资料",
    "其它资料",
    "其他证明",
    "其它证明",
    "其他文件",
    "其他条件",
    "其它条件",
    "有关材料",
    "有关资料",
    "有关证明",
    "有关文件",
    "相关材料",
    "相关资料",
    "相关证明",
    "相关文件",
    "必要材料",
    "需要提供的",
    "需要提交的其他",
    "规定的其他",
    "认为需要",
    "认为应当",
    "视情况",
    "按规定提供",
)
# 等 as a catch-all closes an enumeration (身份证、户口簿等); within a word (等级, 高等学校, 同等学力) it is harmless.
_ETC = re.compile(r"(?<![高中初同平相对均优上下劣甲乙丙丁特])等(?![级候同于待额比分值效次第])")


def vague(text: str) -> Iterator[str]:
    """The vague phrases in ``text``, in the order of the list; 等 last."""
    yield from (phrase for phrase in VAGUE_PHRASES if phrase in text)
    if _ETC.search(text):
        yield "等"
