"""Text comes out right whatever encoding it is in and whatever the server and the document claim."""

import pytest

from spiders import read_feed
from spiders.readers.charset import as_text

TITLES = {
    "cp1251": "Президент провів зустріч з Прем’єр-міністром щодо безпекової угоди",
    "koi8_u": "Україна та Румунія розпочали переговори щодо безпекової угоди",
    "koi8_r": "Министр провёл переговоры с послом о договоре",
    "iso8859_5": "Министр иностранных дел провел переговоры с послом",
    "cp1250": "Prezydent podpisał umowę o współpracy w dziedzinie bezpieczeństwa",
    "iso8859_2": "Česká vláda schválila dohodu o bezpečnostní spolupráci s Ukrajinou",
    "cp1252": "Le président a signé l’accord – « historique » – à Kyiv",
    "cp1253": "Ο Πρωθυπουργός υπέγραψε αμυντική συμφωνία με τη Γαλλία",
    "cp1254": "Türkiye ile Azerbaycan arasında savunma iş birliği anlaşması imzalandı",
    "cp1255": "ראש הממשלה חתם על הסכם ביטחון עם אוקראינה",
    "cp1256": "وقع الرئيس اتفاقية أمنية مع أوكرانيا في العاصمة",
    "shift_jis": "首相は安全保障協定に署名したと発表した",
    "euc_jp": "首相は安全保障協定に署名したと発表した",
    "iso2022_jp": "首相は安全保障協定に署名したと発表した",
    "gb18030": "两国领导人签署安全合作协议并发表声明",
    "big5": "兩國領導人簽署安全合作協議並發表聲明",
    "euc_kr": "양국 정상은 안보 협정에 서명했다고 발표했다",
    "utf_16": "Угоду підписано",
    "utf_16_le": "Угоду підписано",
    "utf_32_be": "Угоду підписано",
}


def feed(title: str, prolog: str = "") -> str:
    items = f"<item><title>{title}</title><link>https://e.example/1</link></item>" * 3
    return f'{prolog}<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


@pytest.mark.parametrize("encoding", sorted(TITLES))
@pytest.mark.parametrize("prolog", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>'])
def test_a_header_that_wrongly_says_utf8_does_no_harm(encoding: str, prolog: str) -> None:
    title = TITLES[encoding]
    body = feed(title, prolog).encode(encoding)
    entries = read_feed(body, "https://e.example/", "text/xml; charset=utf-8")
    assert [entry.title for entry in entries] == [title] * 3


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-u", "x-sjis", "GB2312", "macintosh"])
def test_the_prolog_is_believed_where_it_fits(encoding: str) -> None:
    known = {
        "windows-1251": "Ґанок",
        "koi8-u": "Ґанок",
        "x-sjis": "署名",
        "GB2312": "签署",
        "macintosh": "Café",
    }
    codec = {"x-sjis": "shift_jis", "macintosh": "mac_roman"}.get(encoding, encoding)
    body = feed(known[encoding], f'<?xml version="1.0" encoding="{encoding}"?>').encode(codec)
    assert read_feed(body, "https://e.example/")[0].title == known[encoding]


def test_utf8_under_another_label_stays_utf8() -> None:
    body = feed("Угода", '<?xml version="1.0" encoding="windows-1251"?>').encode()
    assert read_feed(body, "https://e.example/", "text/xml; charset=iso-8859-1")[0].title == "Угода"


def test_a_stray_byte_does_not_spoil_a_utf8_document() -> None:
    body = feed("Угода про безпеку – перший раунд", '<?xml version="1.0" encoding="utf-8"?>').encode()
    body = body.replace("раунд".encode(), b"\x93raund\x94", 1)
    title = read_feed(body, "https://e.example/")[1].title
    assert title == "Угода про безпеку – перший раунд"


def test_utf8_encoded_twice_is_undone() -> None:
    twice = feed("Угода про безпеку").encode().decode("latin-1").encode()
    assert read_feed(twice, "https://e.example/")[0].title == "Угода про безпеку"


def test_honest_latin_text_is_not_taken_for_doubled() -> None:
    assert as_text("Ã and â are letters; Ð too".encode()) == "Ã and â are letters; Ð too"


def test_ebcdic_with_a_prolog() -> None:
    body = feed("Agreement", '<?xml version="1.0" encoding="cp037"?>').encode("cp037")
    assert read_feed(body, "https://e.example/")[0].title == "Agreement"


def test_a_stray_byte_behind_a_byte_order_mark_spoils_only_itself() -> None:
    body = b"\xef\xbb\xbf" + feed("Угода, España").encode().replace("ñ".encode(), b"\xf1")
    assert read_feed(body, "https://e.example/")[0].title == "Угода, España"


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        (
            "Туреччина, Замбія, Єгипет",
            "Чад, Єврозона, Німеччина, Нова Каледонія, Туркменістан, Бангладеш, Індія",
        ),
        (
            "Норвегія – Оман – Україна",
            "Ірландія – Болгарія – Острови Піткерн – Організація Об’єднаних Націй – Іран",
        ),
        (
            "Бахрейн – Макао, ОАР Китаю",
            "Американське Самоа – Екваторіальна Гвінея – Сенегал – Трістан-да-Кунья",
        ),
    ],
)
def test_ukrainian_is_not_taken_for_kazakh(title: str, summary: str) -> None:
    """KZ-1048 and PTCP154 are windows-1251 with other letters in the places of a few, such as Ғ for Є."""
    text = f"{title} Є Ї {summary}"
    body = f"<rss version='2.0'><channel><title>O</title><item><title>{text}</title></item></channel></rss>"
    assert read_feed(body.encode("cp1251"), "https://e.example/")[0].title == text


def test_kazakh_stays_kazakh() -> None:
    title = (
        "Қазақстан мен Өзбекстан қауіпсіздік туралы келісімге қол қойды, ынтымақтастық жаңа деңгейге шықты"
    )
    body = feed(title, '<?xml version="1.0" encoding="utf-8"?>').encode("kz1048")
    assert read_feed(body, "https://e.example/", "text/xml; charset=utf-8")[0].title == title
