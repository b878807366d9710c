"""What the analysis of saved papers tells the guide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yitong.catalog.queries.items import PublishedItem
    from yitong.catalog.saved_papers import Saved


def subscribe_waiving() -> None:
    """The guide asks the analysis which materials nobody brings."""
    from yitong.catalog import saved_papers

    saved_papers.register(saved_of)


def saved_of(item: PublishedItem, now: datetime) -> Mapping[str, Saved]:
    """What everybody is spared. What only those are spared who had it verified before would be a promise to the others."""
    from yitong.catalog.saved_papers import Saved
    from yitong.kernel.reasons import Reason
    from yitong.waiving.queries import of_item
    from yitong.waiving.rules.standing import WHY, Status

    return {
        code: Saved(
            standing.status is Status.WAIVED,
            Reason(standing.why, WHY[standing.why], params={"source": standing.source}),
        )
        for code, standing in of_item(item.version_id, item.department_id, now).items()
        if standing.status is not Status.REMAINING and standing.why != "earlier"
    }
