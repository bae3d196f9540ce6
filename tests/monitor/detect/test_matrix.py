"""Every frame of every language's table, filled: the step it tells, or silence."""

import pytest

from tests.monitor.detect.matrix import SILENT, Frame, frames, languages

ALL = [frame for language in languages() for frame in frames(language)]
SHOWN = 3


def _params(chosen: list[Frame]) -> list[object]:
    return [
        pytest.param(
            frame,
            id=f"{frame.language}: {frame.stage}: {frame.template[:70]}",
            marks=pytest.mark.xfail(reason=frame.xfail, strict=True) if frame.xfail else (),
        )
        for frame in chosen
    ]


@pytest.mark.parametrize("frame", _params(ALL))
def test_a_frame_is_read_with_every_pair_and_instrument_that_fills_it(frame: Frame) -> None:
    wrong = [f"{text.title} // {text.text}: {sorted(said)}" for text, said in frame.missed()]
    assert not wrong, f"{len(wrong)} of {len(frame.texts)}:\n" + "\n".join(wrong[:SHOWN])


@pytest.mark.parametrize("language", languages())
def test_a_table_covers_all_stages_and_silence(language: str) -> None:
    told = {frame.stage for frame in ALL if frame.language == language}
    assert len(told) == 10
    assert SILENT in told
