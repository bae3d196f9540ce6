"""A service keeps in memory only what it uses: what is rarely needed is imported where it is."""

import subprocess
import sys

# Each with what it is for: migrating, PostgreSQL, the first text, a calendar, polling, pages.
LATER = ("alembic", "psycopg", "numpy", "icalendar", "scrapy", "monitor.web")


def test_importing_the_service_does_not_import_what_may_never_be_needed() -> None:
    code = f"import monitor.service, sys; print(*(m for m in {LATER!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
