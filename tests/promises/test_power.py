"""The disks that a power loss may leave, from a trace written by hand."""

import random
from pathlib import Path

from tests.promises.power import Disk, disks


def hexed(text: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'


def left_by(folder: Path, *calls: str) -> dict[tuple[int, tuple[tuple[str, bytes], ...]], int]:
    """(acknowledged, files by name) of every disk that these calls may leave."""
    trace = folder / "trace"
    trace.write_text("".join(f"77    {call}\n" for call in calls), encoding="latin-1")
    place = folder / "place"
    found = disks(Disk.of(place), trace, random.Random(1), 20)
    return {
        (crash.acknowledged, tuple(sorted((Path(p).name, c) for p, c in left.items()))): crash.event
        for crash, left in found
    }


def begun(folder: Path) -> tuple[str, str]:
    place = folder / "place"
    place.mkdir()
    (place / "a").write_bytes(b"old")
    return hexed(str(place / "a")), hexed(str(place))


def test_what_was_not_synced_may_be_gone_when_it_was_acknowledged(tmp_path: Path) -> None:
    a, _ = begun(tmp_path)
    write = f"pwrite64(3, {hexed('new')}, 3, 0) = 3"
    opened, ack = f"openat(AT_FDCWD, {a}, O_RDWR) = 3", f"write(9, {hexed('ack 1')}, 5) = 5"
    careless = left_by(tmp_path, opened, write, ack)
    assert (1, (("a", b"old"),)) in careless
    assert (1, (("a", b"new"),)) in careless
    careful = left_by(tmp_path, opened, write, "fdatasync(3) = 0", ack)
    assert {content for (acknowledged, content) in careful if acknowledged} == {(("a", b"new"),)}


def test_writes_are_kept_in_any_combination_and_torn_at_a_sector(tmp_path: Path) -> None:
    a, _ = begun(tmp_path)
    first, second = hexed("1" * 1024), hexed("2" * 1024)
    found = left_by(
        tmp_path,
        f"openat(AT_FDCWD, {a}, O_RDWR) = 3",
        f"pwrite64(3, {first}, 1024, 0) = 1024",
        f"pwrite64(3, {second}, 1024, 1024) = 1024",
    )
    contents = {dict(files)["a"] for _, files in found}
    assert b"old" + b"\0" * 1021 + b"2" * 1024 in contents, "the later one alone"
    assert b"1" * 512 in contents, "half of one"


def test_a_name_is_sure_when_its_folder_was_synced(tmp_path: Path) -> None:
    a, place = begun(tmp_path)
    b = hexed(str(tmp_path / "place" / "b"))
    made = (
        f"openat(AT_FDCWD, {b}, O_RDWR|O_CREAT, 0644) = 3",
        f"write(3, {hexed('new')}, 3) = 3",
        "fsync(3) = 0",
        "close(3) = 0",
        f"rename({b}, {a}) = 0",
    )
    assert {files for _, files in left_by(tmp_path, *made)} >= {(("a", b"old"),), (("a", b"new"),)}
    synced = left_by(tmp_path, *made, f"openat(AT_FDCWD, {place}, O_RDONLY) = 3", "fsync(3) = 0")
    last = max(synced.values())
    assert {files for (_, files), event in synced.items() if event == last} == {(("a", b"new"),)}
    assert all(dict(files)["a"] in (b"old", b"new") for _, files in synced), (
        "never half a file under its name"
    )
