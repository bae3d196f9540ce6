"""body_text gives an article's text: by the source's selector where there is one, else by trafilatura."""

import lxml.html

from spiders.readers.markup import texts

_UNWANTED = "script|style|noscript|template|nav|aside|form|button|figcaption|iframe|svg"


def body_text(tree: lxml.html.HtmlElement, html: str, selector: str | None, url: str) -> str:
    """One line for each paragraph; empty where no article can be found."""
    if selector:
        chosen = _by_selector(tree, selector)
        if chosen:
            return chosen
    return _by_trafilatura(html, url)


def _by_selector(tree: lxml.html.HtmlElement, selector: str) -> str:
    """All that matches, in order; scripts, forms and captions inside left out."""
    for unwanted in tree.xpath("|".join(f"//{name}" for name in _UNWANTED.split("|"))):
        unwanted.drop_tree()
    lines = [line for part in texts(tree, selector) for line in part.split("\n")]
    return "\n".join(line for line in lines if line)


def _by_trafilatura(html: str, url: str) -> str:
    from trafilatura import extract  # loads slowly; needed only when a page is read

    found = extract(html, url=url, include_comments=False, include_tables=True, include_images=False)
    return "\n".join(" ".join(line.split()) for line in (found or "").splitlines() if line.strip())
