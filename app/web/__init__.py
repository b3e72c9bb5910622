"""The auditors' workbench: pages that read without scripts, on the same server as the API."""

from fastapi import FastAPI

import app.matching.engine  # noqa: F401 (fills the registry of rules, whose titles the pages show)
from app.web import errors
from app.web.pages import cases, documents, front, health, jobs, pictures, queue, reference, rules, sign_in

__all__ = ["install"]


def install(application: FastAPI) -> None:
    """Add the pages, the files they load, and error pages for browsers."""
    for part in (front, health, sign_in, queue, cases, pictures, documents, jobs, reference):
        application.include_router(part.router, include_in_schema=False)
    # Programs read the rules as JSON under the same address, so the page stands in front and takes browsers only.
    application.router.routes.insert(0, rules.ROUTE)
    errors.install(application)
