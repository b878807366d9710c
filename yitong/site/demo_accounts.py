"""The accounts of the demonstration city as the launcher prints them."""

from dataclasses import asdict, is_dataclass
from importlib.util import find_spec
from typing import Any


def demo_accounts() -> list[dict[str, str]]:
    """Rows with the same keys each, from `yitong.site.demo.accounts.ACCOUNTS` (mappings or dataclasses of texts)."""
    if find_spec("yitong.site.demo") is None or find_spec("yitong.site.demo.accounts") is None:
        return []
    from yitong.site.demo import accounts

    return [{key: str(value) for key, value in _as_row(account).items()} for account in accounts.ACCOUNTS]


def _as_row(account: Any) -> dict[str, Any]:
    return asdict(account) if is_dataclass(account) and not isinstance(account, type) else dict(account)
