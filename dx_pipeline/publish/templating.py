"""The pages' templates: escaped, strict about missing names, with one style for all of them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from dx_pipeline.publish import numbers

if TYPE_CHECKING:
    from jinja2 import Template

_STYLE = "style.css"


@cache
def template(name: str) -> Template:
    """A template of ``templates/`` with the filters that all pages have."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        number=numbers.number,
        quantity=numbers.quantity,
        signed=numbers.signed,
        month=numbers.month,
        web=_web_address,
    )
    environment.globals["style"] = Markup(_text(_STYLE))  # noqa: S704 - our own file
    return environment.from_string(_text(name))


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _web_address(address: str | None) -> str:
    """The address if it is one a page may link to; a ``javascript:`` address from a file is not."""
    return address if address and address.startswith(("https://", "http://")) else ""
