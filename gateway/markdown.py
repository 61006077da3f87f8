"""What the firm writes for its public pages: headings, lists, emphasis and links, and never anything else.

The text is Markdown (CommonMark 0.31) without HTML of its own; what comes out of it is cleaned by an allow-list too.
"""

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "code"}
SCHEMES = {"https", "http", "mailto", "tel"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "code", "fence"])


def install(app: Flask) -> None:
    """Give the templates of `app` the filter `markdown`."""
    app.jinja_env.filters["markdown"] = markdown


def markdown(text: str | None) -> Markup:
    """Return `text` as HTML that is safe to show; its headings begin under the page's own."""
    tokens = _parser.parse(text or "")
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="external noopener noreferrer"
    )
    return Markup(clean)  # noqa: S704 - cleaned one line above
