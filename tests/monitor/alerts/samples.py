"""Steps to tell of: our own sentences about well-known facts, and one article that means harm."""

from datetime import UTC, date, datetime
from typing import Any

from storage.records import (
    AgreementRecord,
    AlertRecord,
    ArticleRecord,
    DetailRecord,
    MentionRecord,
    MentionView,
    StepRecord,
    StepView,
)

AGREEMENT = AgreementRecord(parties=("DK", "UA"), instrument="security_agreement", id=1)
SEEN = datetime(2024, 2, 23, 12, 5, tzinfo=UTC)
CREATED = datetime(2024, 2, 23, 12, 6, tzinfo=UTC)


def step(stage: str, day: date | None, **more: object) -> StepRecord:
    made = StepRecord(
        id=f"DK-UA/security_agreement/{stage}/{day}",
        agreement=AGREEMENT,
        stage=stage,
        date=day,
        date_exact=True,
        confidence=0.93,
    )
    for name, value in more.items():
        object.__setattr__(made, name, value)
    return made


def mention(
    number: int,
    *,
    publisher: str,
    tier: str,
    quote: str,
    language: str,
    title: str,
    role: str = "report",
    url: str | None = None,
    minutes: int = 0,
    verified: bool = True,
    details: tuple[DetailRecord, ...] = (),
) -> MentionView:
    article = ArticleRecord(
        id=number,
        canonical_url=url or f"https://news.example/{number}",
        source_id=f"s{number}",
        title=title,
        text=quote,
        language=language,
        published=SEEN.replace(minute=5 + minutes),
        publisher=publisher,
        tier=tier,
        verified=verified,
    )
    record = MentionRecord(
        step_id="",
        article_id=number,
        role=role,
        confidence=0.93,
        quote=quote,
        language=language,
        details=details,
        reasons=(
            "DK and UA: named together (Данія, Україна)",
            "signed: “підписали” (done)",
            "new: the date lies within three days",
        ),
    )
    return MentionView(mention=record, article=article)


def detail(kind: str, value: str, said: str, quote: str, **more: Any) -> DetailRecord:
    return DetailRecord(kind=kind, value=value, said=said, quote=quote, start=0, end=len(quote), **more)


PROPOSED = step("proposed", date(2024, 1, 30))
STARTED = step("negotiations_started", date(2024, 2, 8))
SIGNED = step("signed", date(2024, 2, 23), place="Львів", corroboration="one_side")

SIGNED_VIEW = StepView(
    step=SIGNED,
    mentions=(
        mention(
            2,
            publisher="Nordic Wire",
            tier="agency",
            language="en",
            minutes=20,
            title="Copenhagen and Kyiv put their names to a ten-year pact",
            quote="Denmark and Ukraine signed a ten-year security agreement in Lviv on Friday.",
            details=(
                detail(
                    "duration",
                    "P10Y",
                    "ten-year",
                    "Denmark and Ukraine signed a ten-year security agreement in Lviv on Friday.",
                ),
                detail(
                    "signatory",
                    "Mette Frederiksen",
                    "Mette Frederiksen",
                    "Mette Frederiksen signed for Denmark.",
                    party="DK",
                    office="Prime Minister",
                ),
            ),
        ),
        mention(
            1,
            publisher="Офіс Президента",
            tier="official",
            language="uk",
            title="Україна й Данія уклали безпекову угоду",
            quote="Сьогодні у Львові Україна та Данія підписали угоду про співробітництво у сфері безпеки.",
            details=(
                detail(
                    "sum",
                    "1800000000",
                    "1,8 млрд євро",
                    "Данія надасть 1,8 млрд євро допомоги у 2024 році.",
                    currency="EUR",
                    year=2024,
                ),
                detail("consultation", "PT24H", "24 годин", "Консультації відбудуться протягом 24 годин."),
                detail("duration", "P12Y", "12 років", "Угода діятиме 12 років."),
            ),
        ),
        mention(
            3,
            publisher="Old News",
            tier="press",
            language="en",
            role="recap",
            title="A year of pacts",
            quote="Denmark signed in February.",
        ),
    ),
    timeline=(PROPOSED, STARTED, SIGNED),
)
NEW = AlertRecord(step_id=SIGNED.id, kind="new", created=CREATED, id=1)
UPDATE = AlertRecord(
    step_id=SIGNED.id, kind="update", change="corroboration", number=1, created=CREATED, id=2
)

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> <!channel> <!here> @everyone @channel "
    "<https://evil.example|click> [x](javascript:alert(3)) \u202egnp.exe\u202c \u0007\u001b[31m"
    "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 :joy: *bold* "
    "\r\nBcc: victim@example.org\r\n\r\nbody {{7*7}}"
)
HOSTILE_VIEW = StepView(
    step=step("signed", date(2024, 2, 23), place=EVIL, reason=EVIL, late_seconds=33_000),
    mentions=(
        mention(
            1,
            publisher=EVIL,
            tier="press",
            language="en",
            title=EVIL * 60,
            quote=EVIL,
            details=(
                detail("signatory", EVIL, EVIL, EVIL, office=EVIL),
                detail("sum", "1", EVIL, EVIL, currency="<b>", year=2024, per="year"),
                detail("duration", "<b>", EVIL, EVIL),
            ),
            url="javascript:alert(1)",
        ),
        mention(
            2,
            publisher="B",
            tier="press",
            language="en",
            title="t",
            quote="q",
            url='https://x.example/"onmouseover=',
        ),
        mention(
            4,
            publisher="D",
            tier="press",
            language="en",
            title="t",
            quote="q",
            url="https://user:pw@x.example/",
        ),
    ),
    timeline=(),
)
