"""How often somebody may try: lock-out after wrong log-ins, limits on one-time codes. Pure; instants are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

CODE_LIFE = timedelta(minutes=5)
CODE_PAUSE = timedelta(minutes=1)
"""Between two codes to one phone."""
CODES_PER_PHONE = 5
CODES_PER_ADDRESS = 20
"""Both within CODE_WINDOW. A service hall shares one address among many, hence the larger number."""
CODE_WINDOW = timedelta(hours=1)

LOCK_TIME = timedelta(minutes=15)
FAILURES_PER_SUBJECT = 5
FAILURES_PER_ADDRESS = 20
"""An address stands for a whole office: five wrong passwords of one colleague must not lock out all the others."""

ATTEMPTS_KEPT = timedelta(days=90)
"""How long a try to log in is kept. The lock-out needs 15 minutes; 90 days let an administrator look into a complaint."""
CODES_KEPT = timedelta(days=1)
"""How long a one-time code's row is kept. The limits look back one hour. Both: 个人信息保护法 第十九条 (the shortest time
that is needed). The six months of 网络安全法 第二十一条第三项 are kept by the log, which names no phone and no address."""


def locked_until(failures: Sequence[datetime], most: int) -> datetime | None:
    """Until when no further try is taken, given the last failures, newest first; None when there are too few.

    ``most`` failures within LOCK_TIME lock for LOCK_TIME after the last. Tries while locked are not failures, so that a
    lock always ends.
    """
    if len(failures) < most:
        return None
    newest, oldest = failures[0], failures[most - 1]
    return newest + LOCK_TIME if newest - oldest <= LOCK_TIME else None


def code_wait(
    sent_to_phone: Sequence[datetime], sent_to_address: Sequence[datetime], now: datetime
) -> timedelta | None:
    """How long to wait before the next code, None when it may be sent now. Both sequences newest first."""
    waits = []
    if sent_to_phone:
        waits.append(sent_to_phone[0] + CODE_PAUSE - now)
    for sent, most in ((sent_to_phone, CODES_PER_PHONE), (sent_to_address, CODES_PER_ADDRESS)):
        if len(sent) >= most:
            waits.append(sent[most - 1] + CODE_WINDOW - now)
    longest = max(waits, default=timedelta(0))
    return longest if longest > timedelta(0) else None
