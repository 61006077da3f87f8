"""Identity and a service that do next to nothing, behind Atrio's own web server, for measuring what stands in front.

`GET /calls` tells how often identity was asked.
"""

import itertools
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson

from deploy.server import Server

ANSWER = b'{"items":[],"next":null}'
USER = {
    "id": "0192a000-0000-7000-8000-0000000000c1",
    "kind": "client",
    "name": "Ana Acosta",
    "email": "ana@example.com",
    "accounts": [],
    "account_id": None,
}
IDENTITY = {
    "/v1/service-tokens": orjson.dumps({"token": "t" * 300, "expires_in": 300}),
    "/v1/sessions/exchange": orjson.dumps({"passport": "p" * 600, "expires_in": 60, "user": USER}),
}
asked = itertools.count()


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as identity where it is asked, else with an empty list to whoever shows a passport."""
    path = environ["PATH_INFO"]
    if path == "/calls":
        body = str(int(repr(asked)[6:-1])).encode()
    elif path in IDENTITY:
        next(asked)
        environ["wsgi.input"].read()
        body = IDENTITY[path]
    else:
        body = ANSWER if environ.get("HTTP_AUTHORIZATION") == "Bearer " + "p" * 600 else b"{}"
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return (body,)


if __name__ == "__main__":
    # gunicorn's own worker, not ours: the yardstick does not move when our server does.
    Server(lambda: answer, bind=f"127.0.0.1:{sys.argv[1]}", worker_class="gthread").run()
