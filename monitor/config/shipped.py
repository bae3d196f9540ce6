"""The configuration that comes with PactWatch, to start from."""

from pathlib import Path

NAMES = ("config.yaml", "sources.yaml")


def shipped_files() -> dict[str, Path]:
    """Each shipped file by its name: in an installed package beside this module, else in the checkout.

    Raises FileNotFoundError where neither has it.
    """
    places = (Path(__file__).parent / "shipped", Path(__file__).parents[2])
    found = {name: place / name for place in reversed(places) for name in NAMES if (place / name).is_file()}
    missing = [name for name in NAMES if name not in found]
    if missing:
        raise FileNotFoundError(f"this installation lacks {' and '.join(missing)}")
    return found
