"""Reads a BCP 47 tag as one of our languages."""

from monitor.detect.parties.lists import languages

SAME = {"nb": "no", "nn": "no", "mo": "ro", "cnr": "sr", "bs": "hr", "sh": "sr", "in": "id"}


def known_language(tag: str) -> str | None:
    """Our name for the language of a tag ("nb-NO", "zh-Hant"), or None where we have no words."""
    code = tag.replace("_", "-").split("-")[0].lower()
    code = SAME.get(code, code)
    return code if code in languages() else None
