"""Golden cases: what a text states of an agreement besides the step, each with the words that state it.

After a change of words, look at what `PACTWATCH_WRITE_GOLDEN=1 pytest` writes before you keep it.
"""

import os
import time as time_module
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from monitor.detect import Article, detect
from monitor.detect.details.amounts import Amounts, Units
from monitor.detect.details.lexicon import DetailWordsError, detail_words, languages, read_detail_words
from monitor.detect.findings import Detection
from monitor.terms import pair_name

FOLDER = Path(__file__).parents[2] / "data" / "details"
EXPECTED = FOLDER / "expected.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text in a language."""

    language: str
    title: str
    text: str
    published: date


def cases() -> list[Case]:
    return [
        Case(language=path.stem, title=raw["title"], text=raw["text"], published=raw["published"])
        for path in sorted(FOLDER.glob("*.yaml"))
        for raw in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


CASES = cases()


def detected(case: Case) -> Detection:
    published = datetime.combine(case.published, time(12), UTC)
    return detect(
        Article(id="golden", title=case.title, text=case.text, language=case.language, published=published)
    )


def told(case: Case) -> str:
    """The case's name, and a line for each detail: what it is, and the words."""
    lines = [f"{case.language}: {case.title}"]
    for finding in detected(case).findings:
        lines.append(f"  {pair_name(finding.parties)} {finding.stage}")
        for one in finding.details:
            facts = (one.kind, one.value, one.currency, one.year, one.per and f"per {one.per}", one.party)
            said = " ".join(str(fact) for fact in facts if fact) + (f" ({one.office})" if one.office else "")
            lines.append(f"    {said} | {one.said}")
    return "\n".join(lines) + "\n"


def golden() -> dict[str, str]:
    if os.environ.get("PACTWATCH_WRITE_GOLDEN"):
        EXPECTED.write_text("\n".join(map(told, CASES)), encoding="utf-8")
    blocks = EXPECTED.read_text(encoding="utf-8").split("\n\n")
    return {block.partition("\n")[0]: block.rstrip("\n") + "\n" for block in blocks}


GOLDEN = golden()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.title[:60]}")
def test_what_a_golden_text_states(case: Case) -> None:
    assert told(case) == GOLDEN[f"{case.language}: {case.title}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.title[:60]}")
def test_no_detail_without_its_quote(case: Case) -> None:
    for finding in detected(case).findings:
        for one in finding.details:
            field = case.title if one.evidence.field == "title" else case.text
            assert field[one.evidence.start : one.evidence.end] == one.evidence.quote
            assert one.said
            assert one.said in one.evidence.quote


@pytest.mark.parametrize("language", languages())
def test_every_language_has_cases_and_is_read(language: str) -> None:
    assert detail_words(language)
    assert (FOLDER / f"{language}.yaml").exists()


def test_a_misspelt_key_is_told() -> None:
    with pytest.raises(DetailWordsError, match=r"xx\.yaml: unknown key 'duratoin'"):
        read_detail_words("language: xx\nduratoin: []", "xx.yaml")
    with pytest.raises(DetailWordsError, match=r"xx\.yaml: duration: "):
        read_detail_words('language: xx\ndecimal: "."\nduration: ["~3 @"]', "xx.yaml")


AMOUNTS = Amounts(
    Units(
        decimal=",",
        numbers={10: ["ten"]},
        units={"Y": ["year", "years"], "H": ["hours"]},
        whole={"P10Y": ["decade"]},
        currencies={"EUR": ["euros"], "UAH": ["грив*"]},
        scales={1000: ["тис"], 10**6: ["millones", "млн"], 10**9: ["млрд"]},
    )
)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1,8 млрд euros", "1800000000", "EUR"),
        ("1.8 млрд euros", "1800000000", "EUR"),
        ("1.125 млрд euros", "1125000000", "EUR"),
        ("1.500 millones euros", "1500000000", "EUR"),
        ("2.500.000 euros", "2500000", "EUR"),
        ("2 500 000 euros", "2500000", "EUR"),
        ("1\u00a0800 тис. гривень", "1800000", "UAH"),
        ("€250 млн", "250000000", "EUR"),
        ("EUR 250", "250", "EUR"),
        ("250 EUR", "250", "EUR"),
        ("US$5", "5", "USD"),
        ("0,5 млрд euros", "500000000", "EUR"),
    ],
)
def test_sums_are_read_as_they_are_written(text: str, amount: str, currency: str) -> None:
    (found,) = AMOUNTS.money(f"in {text}.")
    assert (found.amount, found.currency) == (Decimal(amount), currency)
    assert f"in {text}."[found.start : found.end] == text


@pytest.mark.parametrize("text", ["250", "article 5", "2024", "1,8 млрд", "5 eurosceptics", "v1.2 euros2"])
def test_a_number_without_a_currency_is_no_sum(text: str) -> None:
    assert list(AMOUNTS.money(text)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10 years", "P10Y"),
        ("ten-year", "P10Y"),
        ("24 hours", "PT24H"),
        ("a decade", "P10Y"),
        ("24-х hours", "PT24H"),
    ],
)
def test_lengths_of_time(text: str, value: str) -> None:
    assert [one.value for one in AMOUNTS.lengths(text)] == [value]


def test_long_rows_of_numbers_cost_little() -> None:
    text = "1 000 " * 20_000 + "1,1,1,1," * 20_000
    assert list(AMOUNTS.money(text)) == []
    assert AMOUNTS.lengths(text) == []


def test_a_delegation_without_its_word_is_no_fault() -> None:
    text = (
        "Україна і Данія сьогодні підписали двосторонню безпекову угоду. Документ підписали під головуванням "
        "Ігоря Жовкви Володимир Зеленський та Метте Фредеріксен."
    )
    case = Case(
        language="uk", title="Україна і Данія підписали угоду", text=text, published=date(2024, 2, 23)
    )
    assert "delegation_head" not in told(case)


def test_many_pairs_in_a_long_text_cost_little() -> None:
    """Every finding looks at every sentence; the bound is wide for a busy machine."""
    states = [
        "Denmark",
        "Norway",
        "Sweden",
        "Finland",
        "Iceland",
        "Latvia",
        "Lithuania",
        "Estonia",
        "Poland",
        "Germany",
        "France",
        "Italy",
        "Spain",
        "Portugal",
        "Belgium",
        "Greece",
        "Romania",
        "Bulgaria",
        "Croatia",
        "Slovenia",
    ]
    lines = [
        f"Ukraine and {one} signed a bilateral security agreement today for ten years." for one in states
    ]
    case = Case(
        language="en", title="Ukraine signs", text="\n".join(lines * 40)[:40_000], published=date(2024, 2, 23)
    )
    began = time_module.process_time()
    found = detected(case).findings
    assert time_module.process_time() - began < 20
    assert len(found) >= 10
