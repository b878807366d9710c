"""The one error of every content check."""

from __future__ import annotations

from typing import Any

from yitong.kernel.reasons import Reason


class Suspicious(ValueError):
    """The file is not what it claims or holds what no attachment may hold; ``reason`` is for the uploader."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        self.reason = Reason(code, message, field="file", params=params)
        super().__init__(str(self.reason))
