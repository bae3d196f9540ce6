"""A language's table of sentences, filled: pairs x instruments x frames of each stage, and of silence.

    python -m tests.monitor.detect.matrix en [--errors]

prints how many texts of each stage are right. tests/data/detect/matrix/README.md says what a table holds.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from typing import Any

import yaml

from monitor.detect import Article, alerts, detect
from monitor.terms import Stage, pair_name, pair_of

FOLDER = Path(__file__).parents[2] / "data" / "detect" / "matrix"
SILENT = "silent"
_SLOT = re.compile(r"\{([\w.]+)\}")
_KEYS = {"title", "text", "country", "expect", "pairs", "instruments", "published", "times", "xfail"}
_TIMES = 3  # fillings of a frame, where the table does not say

Steps = frozenset[tuple[str, str]]  # ("DK-UA", "signed")
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One text of the table, with the steps that detection must tell of it."""

    title: str
    text: str
    published: date
    country: str | None
    expect: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame with its fillings; `xfail` says why the language cannot reach it yet."""

    language: str
    stage: str
    template: str
    xfail: str | None
    texts: tuple[Filled, ...]

    def missed(self) -> list[tuple[Filled, Steps]]:
        """The texts that detection gets wrong, each with what it says of them."""
        said = [(text, _said(self.language, text)) for text in self.texts]
        return [(text, found) for text, found in said if found != text.expect]


def languages() -> list[str]:
    """The languages that have a table."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def frames(language: str) -> list[Frame]:
    """All frames of a language, filled the same way in every run."""
    table = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    unknown = set(table["frames"]) - {str(stage) for stage in Stage}
    assert not unknown, f"{language}: no such stage: {unknown}"
    groups = [*table["frames"].items(), (SILENT, table[SILENT])]
    return [_frame(language, stage, raw, table) for stage, those in groups for raw in those]


def _said(language: str, text: Filled) -> Steps:
    article = Article(
        id="matrix",
        title=text.title,
        text=text.text,
        language=language,
        published=datetime.combine(text.published, time(12), UTC),
        country=text.country,
    )
    return frozenset((pair_name(f.parties), str(f.stage)) for f in alerts(detect(article)))


def _frame(language: str, stage: str, raw: str | Raw, table: Raw) -> Frame:
    frame: Raw = {"title": raw} if isinstance(raw, str) else raw
    assert not set(frame) - _KEYS, f"{language}: unknown key {set(frame) - _KEYS}"
    template = " // ".join(frame[field] for field in ("title", "text") if field in frame)
    chance = Random(f"{table['seed']}:{template}")  # of its own: a new frame leaves the others as they are
    title = frame.get("title") or chance.choice(table["neutral"]["titles"])
    text = frame.get("text") or chance.choice(table["neutral"]["texts"])
    slots = {slot for slot in _SLOT.findall(f"{title} {text}") if slot != "i" and not slot.startswith("i.")}
    papers = [_flat({"i": raw}) for raw in _among(table["instruments"], frame.get("instruments"))]
    papers = [paper for paper in papers if set(_SLOT.findall(f"{title} {text}")) - slots <= set(paper)]
    pairs = [_pair(name, table["pairs"][name]) for name in frame.get("pairs", table["pairs"])]
    pairs = [pair for pair in pairs if slots <= set(pair)]
    assert pairs, f"{language}: no pair has the forms of {template!r}"
    assert papers, f"{language}: no instrument has the forms of {template!r}"
    chance.shuffle(pairs)
    chance.shuffle(papers)
    filled = [
        _filled(title, text, {**pairs[k % len(pairs)], **papers[k % len(papers)]}, stage, frame, table)
        for k in range(frame.get("times", table.get("times", _TIMES)))
    ]
    return Frame(
        language=language, stage=stage, template=template, xfail=frame.get("xfail"), texts=tuple(filled)
    )


def _filled(title: str, text: str, words: Mapping[str, str], stage: str, frame: Raw, table: Raw) -> Filled:
    stages = frame.get("expect", [] if stage == SILENT else [stage])
    country = frame.get("country")
    pair = pair_name(pair_of(words["a.code"], words["b.code"]))
    return Filled(
        title=_fill(title, words),
        text=" ".join(_fill(sentence, words) for sentence in text.split(" | ")),
        published=frame.get("published", table["published"]),
        country=words[f"{country}.code"] if country in ("a", "b") else country,
        expect=frozenset((pair, one) for one in stages),
    )


def _fill(template: str, words: Mapping[str, str]) -> str:
    filled = _SLOT.sub(lambda slot: words[slot[1]], template)
    return filled[:1].upper() + filled[1:]


def _among(instruments: list[Any], kept: str | None) -> list[Any]:
    """The instruments that any frame may take; with a word, those `kept` for frames that ask for it."""
    found = [one for one in instruments if (one.get("kept") if isinstance(one, dict) else None) == kept]
    return [{key: form for key, form in one.items() if key != "kept"} if kept else one for one in found]


def _pair(name: str, raw: Raw) -> dict[str, str]:
    """The forms of a pair: "UA-DK" says whom `a` and `b` name."""
    return {**_flat(raw), **dict(zip(("a.code", "b.code"), name.split("-"), strict=True))}


def _flat(forms: Raw) -> dict[str, str]:
    """{"a": {"nom": "Ukraine"}} as {"a": "Ukraine", "a.nom": "Ukraine"}: a form alone is the first one."""
    flat: dict[str, str] = {}
    for name, value in forms.items():
        if isinstance(value, dict):
            flat[name] = str(next(iter(value.values())))
            flat |= {f"{name}.{form}": str(word) for form, word in value.items()}
        else:
            flat[name] = str(value)
    return flat


def main(language: str, *, errors: bool) -> None:
    """Prints for each stage how many texts are right, and the wrong ones where asked."""
    counted: dict[str, list[int]] = {}
    for frame in frames(language):
        wrong = frame.missed()
        count = counted.setdefault(frame.stage, [0, 0])
        count[0] += len(frame.texts) - len(wrong)
        count[1] += len(frame.texts)
        for text, said in wrong if errors else ():
            mark = f"xfail ({frame.xfail}) " if frame.xfail else ""
            print(
                f"{mark}{frame.stage} | {frame.template}\n    {text.title} // {text.text}\n    {sorted(said)}"
            )
    for stage, (right, texts) in counted.items():
        print(f"{stage:24} {right:4}/{texts:<4} {right / texts:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], errors="--errors" in sys.argv)
