"""The import rules of the house, kept over the syntax trees (docs/architecture.md has the picture)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("spiders", "storage", "monitor")

# Where each heavy library may be imported: the room, or the one file.
LIVES_IN = {
    "scrapy": ("spiders/",),
    "twisted": ("spiders/",),
    "feedparser": ("spiders/",),
    "fastfeedparser": ("spiders/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "psycopg": ("storage/",),
    "apscheduler": ("monitor/service.py",),
    "mcp": ("monitor/assistants/",),
}

# Pure places: no I/O, no clock, no framework.
PURE = (
    "monitor/detect/",
    "monitor/register.py",
    "monitor/identity.py",
    "monitor/corroboration.py",
    "monitor/alerts/routing.py",
    "monitor/alerts/rendering/",
)
IMPURE_IMPORTS = {
    "asyncio", "aiohttp", "socket", "subprocess", "urllib.request", "http.client", "time", "sqlite3",
    "requests", "smtplib", "aiosmtplib", "apprise", "slack_sdk", "starlette", "typer", "rich",
    "spiders", "scrapy",
}  # fmt: skip
BANNED_NAMES = ("utils", "helpers", "manager", "common", "base")


def python_files() -> list[Path]:
    return sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_a_file_keeps_the_import_rules(path: Path) -> None:
    name, imported = relative(path), imports_of(path)
    tops = {module.split(".")[0] for module in imported}
    if name.startswith("spiders/"):
        assert not tops & {"storage", "monitor"}, "spiders reads the web and knows nothing of the rest"
    if name.startswith("storage/"):
        assert not tops & {"spiders", "monitor"}, "storage keeps records and knows nothing of the rest"
    for library, places in LIVES_IN.items():
        if library in tops:
            assert name.startswith(places), f"{library} lives only in {places}"
    if name.startswith(PURE):
        impure = {m for m in imported if m in IMPURE_IMPORTS or m.split(".")[0] in IMPURE_IMPORTS}
        assert not impure, "this module is pure: what it needs is handed to it"
        source = path.read_text(encoding="utf-8")
        assert "datetime.now(" not in source, "`now` is an argument"
        assert "date.today(" not in source, "`today` is an argument"


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_a_room_is_entered_by_its_door(path: Path) -> None:
    """From another room, only the package itself and its items or records are imported."""
    mine = relative(path).split("/")[0]
    doors = {"spiders": {"spiders", "spiders.items"}, "storage": {"storage", "storage.records"}}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            room = node.module.split(".")[0]
            if room in doors and room != mine:
                assert node.module in doors[room], f"{node.module}: enter {room} by its door"


@pytest.mark.parametrize("path", python_files(), ids=relative)
def test_a_name_says_what_is_inside(path: Path) -> None:
    parts = [*path.relative_to(ROOT).parts[:-1], path.stem]
    assert not [part for part in parts if part.strip("_") in BANNED_NAMES or part.startswith("base_")]


def test_the_rules_bite(tmp_path: Path) -> None:
    """The checker itself sees imports in every form."""
    sample = tmp_path / "sample.py"
    sample.write_text("import scrapy.http\nfrom storage import open_storage\ndef f():\n    import time\n")
    assert {"scrapy.http", "storage", "storage.open_storage", "time"} <= imports_of(sample)
