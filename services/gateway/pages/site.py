"""The templates, styles and scripts of the pages, read once. Raises DependencyMissing."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError

from caveat.errors import DependencyMissing
from services.gateway import core

_TEMPLATES = ("about", "ask", "citation", "problem", "waiting")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, as it is and compressed."""

    content: bytes
    compressed: bytes
    media_type: str


class Site:
    """Everything of the folder `web`. What is served is what is listed here, and no path."""

    def __init__(self, web: Path) -> None:
        self.assets: Mapping[str, Asset] = {
            path.name: _asset(path)
            for folder in ("styles", "scripts")
            for path in sorted((web / folder).glob("*"))
            if path.suffix in _MEDIA_TYPES
        }
        if "caveat.css" not in self.assets:
            raise DependencyMissing(f"no styles in {web.absolute()}; set CAVEAT_WEB to the folder")
        environment = Environment(
            loader=FileSystemLoader(web / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates = {name: _template(environment, name) for name in _TEMPLATES}

    def write(self, name: str, **values: Any) -> bytes:
        """Write a page; every value is escaped."""
        return self._templates[name].render(notice=core.NOTICE, **values).encode()


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    # Without a time in it, so that equal content is equal bytes on every replica.
    compressed = gzip.compress(content, mtime=0)
    return Asset(content, compressed, _MEDIA_TYPES[path.suffix])


def _template(environment: Environment, name: str) -> Template:
    try:
        return environment.get_template(f"{name}.html.j2")
    except (TemplateError, OSError) as error:
        raise DependencyMissing(f"the template {name}.html.j2 cannot be used: {error}") from error
