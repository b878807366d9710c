"""The fixture ``cast``: the city of `tests.cast`, in the test's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    from tests import cast as city  # models cannot be imported before Django is set up

    return city.build()
