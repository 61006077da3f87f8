"""SMS through a gateway that takes HTTP: any provider whose API is one POST.

The setting is its URL. Where the URL has `{to}` and `{text}` they are filled in, percent-encoded; else the body is
JSON `{"to", "text", "reference"}`. Each message carries its id as Idempotency-Key, so that a repeated call is one SMS.
"""

from urllib.parse import quote, urlsplit

import requests

from services.notifications.messages.actions import Outcome

TIMEOUT = (5.0, 20.0)


def check_gateway(url: str) -> None:
    """Raise `ValueError` if `url` is no address of an SMS gateway."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be capture or the https:// address of a gateway")
    if ("{to}" in url) != ("{text}" in url):
        raise ValueError("needs both {to} and {text}, or neither")


class SmsGateway:
    """Sends SMS by POST to the gateway at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, to: str, text: str, reference: str) -> Outcome:
        """Send one SMS and return what became of it; `reference` is the same at every attempt."""
        headers = {"Idempotency-Key": reference}
        in_url = "{to}" in self._url
        url = self._url.replace("{to}", quote(to, safe="")).replace("{text}", quote(text, safe=""))
        body = None if in_url else {"to": to, "text": text, "reference": reference}
        try:
            answer = self._session.post(url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            # The error's text has the URL in it, and the URL the code.
            return Outcome("temporary_failure", f"The SMS gateway cannot be used: {type(error).__name__}")
        if 200 <= answer.status_code < 300:
            return Outcome("delivered", f"HTTP {answer.status_code}")
        passing = answer.status_code in (408, 409, 425, 429) or answer.status_code >= 500
        result = "temporary_failure" if passing or answer.status_code in (401, 403) else "permanent_failure"
        return Outcome(result, f"The SMS gateway answered {answer.status_code}")

    def close(self) -> None:
        """Leave the gateway."""
        self._session.close()
