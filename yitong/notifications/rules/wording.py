"""What an edited message may say: which placeholders it has, which it must keep, how long a text message gets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yitong.kernel.reasons import N_, Reason
from yitong.notifications.rules.states import Channel
from yitong.notifications.rules.texts import Texts, rendered

LONGEST_SMS = 210
"""Characters with sample values: three segments of 70. A longer one is split by some carriers and cut by others."""
LONGEST_TITLE = 120
MUST_KEEP = ("code", "number", "licence_number")
"""A log-in message without its code, or one about a case or licence without its number, is of no use to who gets it."""
SIGNED = re.compile(r"^【[^【】]{2,20}】")
"""通信短信息服务管理规定 (2015) 第十七条: a text message says who sends it; carriers want it in front, in these brackets."""

# (field, msgid). The fields of a wording, as the form names them.
FIELDS = (
    ("title", N_("Title")),
    ("sms", N_("Text message")),
    ("inapp", N_("In-app message")),
    ("email", N_("E-mail text")),
)
_placeholder = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_brace = re.compile(r"[{}｛｝]")

SAMPLES: dict[str, tuple[str, str]] = {
    "accepted_on": (N_("day of acceptance"), "2026年9月21日 (周一)"),
    "agent": (N_("who acts for another"), "陈磊"),
    "apply_by": (N_("last day to apply"), "2026年10月24日 (周六)"),
    "at": (N_("date and time"), "2026年9月24日 (周四) 10:00"),
    "carrier": (N_("postal carrier"), "邮政特快专递"),
    "code": (N_("log-in code"), "246810"),
    "days": (N_("number of days"), "10"),
    "department": (N_("name of the department"), "示范市教育局"),
    "due_on": (N_("due date"), "2026年10月15日 (周四)"),
    "from_staff": (N_("colleague who handed over"), "陈静"),
    "further": (N_("what follows"), "请于 2026年10月15日 (周四) 前补交：经营场所平面图"),
    "item": (N_("name of the service item"), "食品经营许可（新办）"),
    "kind": (N_("kind of special procedure"), "听证"),
    "licence": (N_("name of the licence"), "食品经营许可证"),
    "licence_number": (N_("number of the licence"), "JY14399010000001"),
    "materials": (N_("materials to follow"), "经营场所平面图、健康证明"),
    "minutes": (N_("minutes it is valid"), "5"),
    "number": (N_("case number"), "1143990100000000100013100900020260924000001"),
    "phone": (N_("phone number, masked"), "138****0001"),
    "place": (N_("place of collection"), "示范市政务服务中心一楼A区"),
    "problems": (N_("what has to be corrected"), "平面图不清晰，请重新绘制"),
    "purpose": (N_("purpose"), "办理食品经营许可"),
    "rate_url": (N_("address of the rating page"), "https://example.cn/r/8F3K"),
    "reason": (N_("reason"), "不属于本部门职权范围"),
    "result": (N_("name of the result"), "食品经营许可证"),
    "right_organ": (N_("organ to turn to"), "示范市卫生健康委员会"),
    "since": (N_("when something arrived last"), "2026年9月24日 (周四) 10:00"),
    "source": (N_("name of the source of licences"), "公安居住证归集"),
    "started_on": (N_("day it began"), "2026年9月24日 (周四)"),
    "tracking": (N_("tracking number"), "EX123456789CN"),
    "until": (N_("last day it is valid"), "2026年11月23日 (周一)"),
}
"""Placeholder → (what it stands for, a value to look at)."""


def samples(names: frozenset[str]) -> dict[str, str]:
    """A value for each placeholder; one nobody described shows its own name."""
    return {name: SAMPLES[name][1] if name in SAMPLES else name for name in names}


def problems(texts: Texts, known: frozenset[str]) -> list[Reason]:
    """Why this wording cannot be saved; empty when it can. ``known``: what every sender of this kind gives values for."""
    found = _empty(texts)
    for field, content in _contents(texts).items():
        found += _unknown(field, content, known)
        if content and field != "title":
            found += _left_out(field, content, known)
    if "\n" in texts.title.strip():
        found.append(Reason("title_lines", N_("The title must stand on one line."), field="title"))
    if texts.sms.strip() and not SIGNED.match(texts.sms):
        text = N_("A text message begins with the sender's name in brackets, such as 【易通政务】.")
        found.append(Reason("unsigned", text, law="《通信短信息服务管理规定》第十七条", field="sms"))
    return found or _too_long(texts, known)


def _contents(texts: Texts) -> Mapping[str, str]:
    return {"title": texts.title, "sms": texts.sms, "inapp": texts.inapp, "email": texts.email}


def _empty(texts: Texts) -> list[Reason]:
    message = N_("This text is empty. Write what the recipient is told.")
    needed = ("title", "sms", "inapp")  # an empty e-mail text means the in-app text
    return [Reason("empty", message, field=field) for field in needed if not _contents(texts)[field].strip()]


def _unknown(field: str, content: str, known: frozenset[str]) -> list[Reason]:
    unknown = sorted(set(_placeholder.findall(content)) - known)
    if unknown:
        message = N_("%(names)s: this message has no such placeholder. Use one of: %(known)s.")
        params = {"names": _braced(unknown), "known": _braced(sorted(known))}
        return [Reason("unknown_placeholder", message, field=field, params=params)]
    if stray := _brace.search(_placeholder.sub("", content)):
        message = N_("A brace stands alone near “%(near)s”. Write a placeholder as {name}, in small Latin letters.")
        plain = _placeholder.sub("", content)
        near = plain[max(0, stray.start() - 6) : stray.end() + 6].strip()
        return [Reason("broken_placeholder", message, field=field, params={"near": near})]
    return []


def _left_out(field: str, content: str, known: frozenset[str]) -> list[Reason]:
    used = set(_placeholder.findall(content))
    lacking = [name for name in MUST_KEEP if name in known and name not in used]
    message = N_("%(names)s is missing. Without it the recipient does not know what the message is about.")
    return [Reason("left_out", message, field=field, params={"names": _braced(lacking)})] if lacking else []


def _too_long(texts: Texts, known: frozenset[str]) -> list[Reason]:
    if len(texts.title) > LONGEST_TITLE:
        message = N_("The title has %(length)s characters; at most %(most)s fit.")
        params = {"length": len(texts.title), "most": LONGEST_TITLE}
        return [Reason("title_long", message, field="title", params=params)]
    length = len(rendered(texts, Channel.SMS, samples(known))[1])
    if length <= LONGEST_SMS:
        return []
    message = N_(
        "With sample values the text message has %(length)s characters; at most %(most)s are sent. Shorten it."
    )
    return [Reason("sms_long", message, field="sms", params={"length": length, "most": LONGEST_SMS})]


def _braced(names: list[str]) -> str:
    return "、".join(f"{{{name}}}" for name in names)
