"""Test set-up for the whole project.

The tests run on the embedded server unless DATABASE_URL names another. YITONG_TEST_DB names the test database, so that
several runs can share one server.
"""

import os

# For the programs that tests start: they read the settings in a process of their own.
os.environ["YITONG_TESTING"] = "1"
# Playwright's sync driver runs an event loop in the test's thread; Django would take every query there for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = ["tests.cast_fixture", "tests.template_fixture"]
