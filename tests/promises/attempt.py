"""One thing that was tried, and whether the promise held."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from storage import StorageError


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was tried so far."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Count what happens inside: an AssertionError, or a database that cannot be used, is a broken
        promise, told with `what` it was."""
        try:
            yield
        except (AssertionError, StorageError) as error:
            self.failed.append(f"{what}: {str(error).splitlines()[0] if str(error) else 'does not hold'}")
        else:
            self.passed += 1
