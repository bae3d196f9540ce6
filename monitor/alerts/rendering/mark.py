"""The mark of PactWatch: a strip of nine cells, filled up to the stage that is reached."""

from monitor.terms import Stage

FULL, EMPTY = "●", "○"


def cells(stage: str) -> tuple[bool, ...]:
    """Nine booleans: whether each stage, in order, is reached."""
    rank = Stage(stage).rank
    return tuple(n <= rank for n in range(len(Stage)))


def mark(stage: str) -> str:
    """ "●●●●●○○○○" for signed."""
    return "".join(FULL if full else EMPTY for full in cells(stage))
