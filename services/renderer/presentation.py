"""Write a page as text, Markdown or HTML through templates that escape everything by default.

Each format has an environment of its own whose every `{{ }}` is escaped for that format; only
the templates' own words, and values that passed `address`, are written as they are.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError
from markupsafe import Markup, escape

from caveat.errors import DependencyMissing, PermanentError
from services.renderer.page import Page

TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
MEDIA_TYPES = (TEXT, MARKDOWN, HTML)

_FOLDER = Path(__file__).parent / "templates"
WEB = Path("web")

_OPENS_A_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARKDOWN_MARKS = re.compile(r"[\\`*_\[\]|~]")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_FIRST_MARK = re.compile(r"^(?:([#=>:]|\+(?=\s|$)|-(?=[\s-]|$))|(\d+)([.)])(?=\s|$))")
_CODE = re.compile(r"[A-Za-z0-9 _.:-]+")
_ADDRESS = re.compile(r"\b(https?|ftp|mailto|javascript|data):", re.IGNORECASE)
_WEB_NAME = re.compile(r"\b(www)\.", re.IGNORECASE)


def _plain_text(text: str) -> str:
    # A space keeps "<script" from being a tag wherever the text ends up, and people can read it.
    return _OPENS_A_TAG.sub("< ", text)


def _markdown(text: str) -> str:
    # Spaces at the ends would make a code block or a line break.
    escaped = _MARKDOWN_MARKS.sub(r"\\\g<0>", text.strip())
    escaped = _ENTITY.sub("&amp;", escaped).replace("<", "&lt;")
    # Bare addresses become links in most dialects; only ours may.
    escaped = _WEB_NAME.sub(r"\1\\.", _ADDRESS.sub(r"\1\\:", escaped))
    return _FIRST_MARK.sub(_escape_first_mark, escaped)


def _escape_first_mark(found: "re.Match[str]") -> str:
    mark, number, after = found.groups()
    return f"\\{mark}" if mark else f"{number}\\{after}"


def _code(text: str) -> str:
    # Within a code span nothing can be escaped, so only what needs no escape becomes one.
    return Markup(f"`{text}`") if _CODE.fullmatch(text) else text  # noqa: S704


def _html(text: str) -> Markup:
    return escape(text)


class Presentation:
    """The templates of every media type, read once. Raises DependencyMissing.

    `web` is the folder of the pages that people see in a browser; the others are the renderer's.
    """

    def __init__(self, web: Path = WEB) -> None:
        self._templates: Mapping[str, Template] = {
            TEXT: _template(_FOLDER, "page.txt.j2", _plain_text),
            MARKDOWN: _template(_FOLDER, "page.md.j2", _markdown),
            HTML: _template(web / "templates", "answer.html.j2", _html),
        }

    def render(self, page: Page, media_type: str) -> bytes:
        """Write the page. Raises PermanentError for an unknown media type."""
        if media_type not in self._templates:
            known = ", ".join(self._templates)
            raise PermanentError(f"unknown media type {media_type[:60]!r}; known: {known}")
        return self._templates[media_type].render(page=page).encode()


def _template(folder: Path, name: str, escaping: Callable[[str], str]) -> Template:
    def finalize(value: Any) -> Any:
        if isinstance(value, Markup) or not isinstance(value, str):
            return value
        return Markup(escaping(value))  # noqa: S704 - this is where the escaping happens

    environment = Environment(
        loader=FileSystemLoader(folder),
        # What `finalize` has escaped passes; anything it let by is escaped as HTML.
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    # For addresses that core found safe to be links: escaping would change where they lead.
    environment.filters["address"] = Markup
    environment.filters["code"] = _code
    try:
        return environment.get_template(name)
    except (TemplateError, OSError) as error:
        raise DependencyMissing(f"the template {folder / name} cannot be used: {error}") from error
