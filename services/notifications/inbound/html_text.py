"""The words of a mail that is written in HTML alone, without what it quotes."""

from lxml import etree, html

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "table", "tr", "ul"),
    )
)
SILENT = ("script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe")
QUOTES = (
    "//blockquote[@type='cite']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote_container ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_signature ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' yahoo_quoted ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' moz-cite-prefix ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' moz-signature ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' protonmail_quote ')]",
    "//*[@id='ms-outlook-mobile-signature']",
)
"""How mail programs mark what they quote, and their signatures."""
FOLLOWED = ("//*[@id='divRplyFwdMsg']", "//*[@id='appendonsend']", "//*[@id='x_divRplyFwdMsg']")
"""Marks after which everything is quoted."""


def html_text(source: str) -> str:
    """Return the text of HTML, quotations of known programs left out; where nothing else is there, with them."""
    return _text(source, quotes=False) or _text(source, quotes=True)


def _text(source: str, *, quotes: bool) -> str:
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""  # nothing in it
    for comment in root.xpath("//comment()|//processing-instruction()"):
        _drop(comment)
    if not quotes:
        _drop_quotes(root)
    for element in root.xpath("|".join(f"//{name}" for name in SILENT)):
        _drop(element)
    lines = "".join(_words(root)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _drop_quotes(root: html.HtmlElement) -> None:
    for path in QUOTES:
        for element in root.xpath(path):
            _drop(element)
    for path in FOLLOWED:
        for element in root.xpath(path):
            for after in element.xpath("following::*"):
                _drop(after)
            _drop(element)


def _words(root: html.HtmlElement) -> list[str]:
    words: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in BLOCKS and words and not words[-1].endswith("\n"):
            words.append("\n")
        if event == "start":
            added = ["\n" if tag == "br" else "", "- " if tag == "li" else "", _flat(element.text)]
        else:
            added = ["\n" if tag == "p" else " " if tag in ("td", "th") else "", _flat(element.tail)]
        # A space at the beginning of a line is none; so the last word alone says how a line ends.
        words += [word for word in added if word and not (word.isspace() and word != "\n" and _at_start(words))]
    return words


def _at_start(words: list[str]) -> bool:
    return not words or words[-1].endswith("\n")


def _flat(text: str | None) -> str:
    return " ".join((text or "").split("\n"))
