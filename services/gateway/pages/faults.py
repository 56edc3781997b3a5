"""Show a problem to a person as a page, where a program gets JSON."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.gateway.negotiation import choose
from services.gateway.pages.site import Site

_HTML, _JSON = "text/html", "application/problem+json"
_OF_PROGRAMS = ("/v1/", "/static/", "/.well-known/", "/schemas/")
_OF_PEOPLE = ("/ask", "/about", "/a/", "/c/", "/q/")


class Drawing:
    """Draws problems on the site's own paper."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __call__(
        self, request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Response | None:
        """Draw a problem, unless JSON is what the client rather reads."""
        path = request.url.path
        if path.startswith(_OF_PROGRAMS):
            return None
        for_people = path == "/" or path.startswith(_OF_PEOPLE)
        offered = (_HTML, _JSON) if for_people else (_JSON, _HTML)
        if choose(request.headers.get("Accept", ""), offered) != _HTML:
            return None
        page = self._site.write("problem", problem=problem)
        robots = {"X-Robots-Tag": "noindex"}
        return Response(page, problem["status"], headers={**headers, **robots}, media_type=_HTML)
