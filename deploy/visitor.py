"""A person at the gateway, without a browser: opens pages, fills in forms, follows redirects, as links and forms say.

It runs no script, so that what it can do works without any.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

TIMEOUT = (5.0, 60.0)
WAIT_SECONDS = 60.0
Found = TypeVar("Found")
File = tuple[str, bytes, str]


class Unexpected(Exception):
    """A page that is not what a person would get; the text says what was there instead."""


@dataclass
class FormOnPage:
    """A form as the page has it: where it goes, and the values that it already holds."""

    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.title = ""
        self._form: FormOnPage | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._href: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "a":
            self._href = given.get("href")
        elif tag == "form":
            self._form = FormOnPage(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and given.get("name"):
            self._take(tag, given, self._form)
        elif tag == "option" and self._select and self._form is not None and "selected" in given:
            self._form.values.append((self._select, given.get("value", "")))

    def _take(self, tag: str, given: Mapping[str, str], form: FormOnPage) -> None:
        name, kind = given["name"], given.get("type", "text")
        form.names.append(name)
        if tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in given:
                form.values.append((name, given.get("value", "on")))
        elif tag == "input" and kind not in ("submit", "button"):
            form.values.append((name, given.get("value", "")))
        elif tag == "textarea":
            form.values.append((name, ""))
            self._area = name
        elif tag == "select":
            self._select = name

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "a":
            self._href = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._area and self._form is not None:
            self._form.values[-1] = (self._area, self._form.values[-1][1] + data)
        elif data.strip():
            self.text.append(data.strip())
            if self._href:
                self.links.append((data.strip(), self._href))


class Page:
    """A page that came: its address, its words, its links and forms."""

    def __init__(self, response: requests.Response) -> None:
        self.url, self.status, self.html = response.url, response.status_code, response.text
        parser = _Parser()
        parser.feed(self.html)
        self.forms, self.links = parser.forms, parser.links
        self.text = " ".join(parser.text)

    @property
    def path(self) -> str:
        """The path of the page's address."""
        return urlsplit(self.url).path

    def has(self, *words: str) -> bool:
        """Return whether all of these words stand on the page."""
        return all(word in self.text for word in words)

    @property
    def csrf_token(self) -> str:
        """The token against forged requests that the page's forms carry."""
        return next(value for form in self.forms for name, value in form.values if name == "csrf_token")

    def form(self, action: str) -> FormOnPage:
        """Return the form whose address contains `action`; raise `Unexpected` where there is none."""
        for form in self.forms:
            if action in form.action:
                return form
        raise Unexpected(f"{self.path} has no form to {action}; it says: {self.text[:300]}")

    def link(self, part: str) -> str:
        """Return the address of the first link that contains `part`; raise `Unexpected` where there is none."""
        for _words, href in self.links:
            if part in href:
                return href
        raise Unexpected(f"{self.path} has no link to {part}; it says: {self.text[:300]}")


class Visitor:
    """One person with a session of their own at the gateway `url`."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept-Language": language, "User-Agent": "atrio smoke"})

    def open(self, path: str) -> Page:
        """Return the page at `path`, or at the address `path`; raise `Unexpected` for an error page."""
        return self._page(self.session.get(urljoin(self.url + "/", path), timeout=TIMEOUT))

    def fetch(self, path: str) -> bytes:
        """Return the bytes of a file; raise `Unexpected` for an error."""
        response = self.session.get(urljoin(self.url + "/", path), timeout=TIMEOUT)
        if response.status_code != 200:
            raise Unexpected(f"{path} answers {response.status_code}")
        return response.content

    def json(self, path: str) -> dict[str, object]:
        """Return the JSON at `path` of the API."""
        response = self.session.get(urljoin(self.url + "/", path), timeout=TIMEOUT)
        if response.status_code != 200:
            raise Unexpected(f"{path} answers {response.status_code}: {response.text[:300]}")
        found: dict[str, object] = response.json()
        return found

    def submit(
        self,
        page: Page,
        action: str,
        values: Mapping[str, str | Sequence[str]] | None = None,
        files: Mapping[str, File] | None = None,
    ) -> Page:
        """Fill in the form of `page` that goes to `action`, send it, and return the page that follows.

        What is not given stays as the page has it. A field that the form does not have raises `Unexpected`:
        a person could not fill it in either.
        """
        form = page.form(action)
        given = dict(values or {})
        if unknown := set(given) - set(form.names):
            raise Unexpected(f"the form to {form.action} has no field {', '.join(sorted(unknown))}: {form.names}")
        body = [(name, value) for name, value in form.values if name not in given]
        for name, value in given.items():
            body += [(name, value)] if isinstance(value, str) else [(name, each) for each in value]
        target = urljoin(page.url, form.action)
        # Fields go as parts without a file name before the files, in the order of the page.
        parts = [(name, (None, value)) for name, value in body] + list((files or {}).items())
        origin = {"Origin": self.url, "Referer": page.url}
        if form.files:
            response = self.session.post(target, files=parts, headers=origin, timeout=TIMEOUT)
        else:
            response = self.session.post(target, data=body, headers=origin, timeout=TIMEOUT)
        return self._page(response)

    def call(self, method: str, path: str, token: str, body: object) -> dict[str, Any]:
        """Call the API with the session's cookie and the page's token `token`; return its JSON."""
        return self._api(method, path, token, json=body)

    def send(self, path: str, token: str, content: bytes, content_type: str) -> dict[str, Any]:
        """Send a file to the API as `call` does; return its JSON."""
        return self._api("POST", path, token, data=content, headers={"Content-Type": content_type})

    def _api(
        self, method: str, path: str, token: str, headers: Mapping[str, str] | None = None, **body: Any
    ) -> dict[str, Any]:
        proof = {"X-CSRF-Token": token, "Origin": self.url}
        address = urljoin(self.url + "/", path)
        response = self.session.request(method, address, headers=proof | dict(headers or {}), timeout=TIMEOUT, **body)
        if response.status_code >= 400:
            raise Unexpected(f"{method} {path} answers {response.status_code}: {response.text[:300]}")
        found: dict[str, Any] = response.json() if response.content else {}
        return found

    @staticmethod
    def _page(response: requests.Response) -> Page:
        page = Page(response)
        if page.status >= 400:
            raise Unexpected(f"{page.path} answers {page.status}: {page.text[:400]}")
        return page


def until(what: str, look: Callable[[], Found | None]) -> Found:
    """Return what `look` finds, looking again until it finds something; raise `Unexpected` after `WAIT_SECONDS`."""
    deadline, pause = time.monotonic() + WAIT_SECONDS, 0.05
    while not (found := look()):
        if time.monotonic() > deadline:
            raise Unexpected(f"waited {WAIT_SECONDS:.0f} s in vain: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
    return found
