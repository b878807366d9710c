"""How personal data shows in lists: enough to recognise a record, not enough to use it.

个人信息保护法 art. 51 (3) asks for de-identification. Whoever opens one record that he may see gets it whole.
"""

from __future__ import annotations

STAR = "*"
COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"}
)


def masked_name(name: str) -> str:
    """李梅 → 李*, 欧阳明月 → 欧阳**; a name with 阿依古丽·买买提's dot keeps its first part's first character."""
    name = name.strip()
    if len(name) <= 1:
        return name and STAR
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:kept] + STAR * (len(name) - kept)


def mask_idcard(idcard: str) -> str:
    """First 6 (region) and last 2 stay: 439901**********2X. Anything too short to mask is hidden whole."""
    return _middle(idcard, 6, 2)


def mask_phone(phone: str) -> str:
    """First 3 and last 4 stay: 138****0001."""
    return _middle(phone, 3, 4)


def _middle(value: str, first: int, last: int) -> str:
    hidden = len(value) - first - last
    return STAR * len(value) if hidden < 1 else value[:first] + STAR * hidden + value[-last:]
