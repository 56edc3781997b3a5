"""The pages that people see: asking, waiting, answers, citations, and static files."""

from services.gateway.pages.routes import Pages
from services.gateway.pages.site import Site

__all__ = ["Pages", "Site"]
