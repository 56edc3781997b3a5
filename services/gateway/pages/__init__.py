"""The pages that people see: asking, waiting, answers, citations, and static files."""

from services.gateway.pages.faults import Drawing
from services.gateway.pages.routes import Pages
from services.gateway.pages.site import Site

__all__ = ["Drawing", "Pages", "Site"]
