"""The style sheet, the script and the icon, served by us under names that change with what is in them."""

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def body_of(name: str) -> bytes:
    """The file."""
    return (files(__package__) / name).read_bytes()


@cache
def address_of(name: str) -> str:
    """Where the file is served; another address once its content is another."""
    return f"/assets/{hashlib.sha256(body_of(name)).hexdigest()[:12]}/{name}"


def asset(request: Request) -> Response:
    """The file with this name; 404 for any other."""
    name = request.path_params["name"]
    if name not in TYPES:
        return Response("there is no such file\n", status_code=404, media_type="text/plain")
    current = request.path_params["version"] == address_of(name).split("/")[2]
    headers = {"Cache-Control": FOR_EVER if current else "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(body_of(name), media_type=TYPES[name], headers=headers)
