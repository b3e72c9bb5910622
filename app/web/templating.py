"""Templates → pages."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.storage.access import Holder
from app.web.access import may_upload
from app.web.assets import url_of
from app.web.filters import FILTERS

#: The pages of the navigation: address and name.
NAVIGATION = (("/queue", "Queue"), ("/documents", "Documents"), ("/rules", "Rules"))


@cache
def environment() -> Environment:
    """Jinja with our filters; everything is escaped, and a name that is missing is an error."""
    found = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(FILTERS)
    found.globals.update(asset=url_of, navigation=NAVIGATION, may_upload=may_upload)
    return found


def page(
    request: Request,
    template: str,
    *,
    holder: Holder | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **names: Any,
) -> HTMLResponse:
    """A page; it is never kept by caches, because what it shows is somebody's to see."""
    text = environment().get_template(template).render(holder=holder, path=request.url.path, **names)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store", **(headers or {})})
