"""Many people who sign in at the same moment, in a program of its own: the one measured shares nothing with them.

`python -m tests.benchmarks.crowd <url> <how many> <password> <addresses...>` opens the pages and prints `ready`. For
each line that it reads, everybody sends the form and goes where that leads; it prints that, and opens the pages anew.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from deploy.visitor import Visitor

PAGE = "/sign-in/password"
SECONDS = 60


class Person:
    """One who has the sign-in page open."""

    def __init__(self, url: str, email: str, password: str) -> None:
        visitor = Visitor(url)
        page = visitor.open(PAGE)
        given = {"email": email, "password": password}
        values = [(name, value) for name, value in page.form(PAGE).values if name not in given]
        self._session, self._url, self._form = visitor.session, url, [*values, *given.items()]

    def sign_in(self) -> str:
        """Send the form; return the path where that leads, once it has come."""
        origin = {"Origin": self._url, "Referer": self._url + PAGE}
        answer = self._session.post(self._url + PAGE, data=self._form, headers=origin, timeout=SECONDS)
        return f"{answer.status_code} {urlsplit(answer.url).path}"


def main(url: str, number: str, password: str, *emails: str) -> None:
    """Sign everybody in, as often as a line comes."""
    many = int(number)
    with ThreadPoolExecutor(many) as threads:
        while True:
            people = list(threads.map(lambda one: Person(url, emails[one % len(emails)], password), range(many)))
            print("ready", flush=True)
            if not sys.stdin.readline():
                return
            arrived = threads.map(Person.sign_in, people)
            print(", ".join(sorted(set(arrived))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
