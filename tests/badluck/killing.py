"""Run a piece of work in a process of its own and kill it, with SIGKILL, at a chosen point.

A point is the moment before a statement, before and after a commit, and before and after a file gets its name: between
two points nothing that outlives the process happens.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from yitong.documents import storage

Work = Callable[[], object]
FAILED = 99


def killed_at(point: int, work: Work) -> bool:
    """Whether ``work`` reached ``point`` (from 1) and died there; False when it ended before. An error of it is ours."""
    connection.close()  # A connection must not be shared by two processes.
    child = os.fork()
    if not child:
        _live_and_die(point, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "The work failed by itself; run it without killing to see why."
    return False


def every_point(work: Callable[[int], Work], most: int = 150) -> Iterator[int]:
    """Yields each point at which a process doing ``work(point)`` was killed, until one is not killed any more."""
    for point in range(1, most):
        if not killed_at(point, work(point)):
            assert point > 1, "There was nothing to kill."
            return
        yield point
    raise AssertionError(f"The work has more than {most} points.")


def _live_and_die(point: int, work: Work) -> None:
    seen = 0

    def passed() -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, *arguments: Any) -> Any:
        passed()
        return execute(*arguments)

    def around(act: Callable[..., Any]) -> Callable[..., Any]:
        def marked(*arguments: Any) -> Any:
            passed()
            done = act(*arguments)
            passed()
            return done

        return marked

    try:
        connection._commit = around(connection._commit)  # type: ignore[attr-defined]
        storage.LocalDisk.rename = around(storage.LocalDisk.rename)  # type: ignore[method-assign]
        with connection.execute_wrapper(statement):
            work()
    except BaseException:
        os._exit(FAILED)
    os._exit(0)
