"""Sphinx settings: Markdown pages, and an API reference from the docstrings."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import pytest_auth0_actions

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "pytest-auth0-actions"
author = "the pytest-auth0-actions contributors"
version = release = importlib.metadata.version("pytest-auth0-actions")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "examples"]
html_theme = "furo"
html_title = f"pytest-auth0-actions {release}"
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]
myst_heading_anchors = 3

# Docstrings write code in single backticks.
default_role = "code"
napoleon_numpy_docstring = False
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}

# The standard library's types have no inventory here: the build reads nothing from the network.
nitpick_ignore = [
    ("py:class", "Path"),
    ("py:class", "collections.abc.Callable"),
    ("py:class", "collections.abc.Mapping"),
    ("py:class", "datetime.datetime"),
    ("py:class", "datetime.timedelta"),
    ("py:class", "pytest_auth0_actions.journal.Journal"),  # the plugin's own
]

# Made by the package, never by a test.
_NOT_CONSTRUCTED = {
    "Action",
    "ActionCrashedError",
    "ActionError",
    "ActionLoadError",
    "ActionTimeoutError",
    "Auth0ActionsError",
    "JSObject",
    "JSValue",
    "LoadAction",
    "MakeEvent",
    "NodeNotFoundError",
    "UnansweredRequestError",
    "UnusedRouteError",
    "UsageError",
}


def _hide_constructor(
    app: Sphinx, what: str, name: str, obj: object, options: object, *signature: str | None
) -> tuple[str, None] | None:
    """Show a class that no test makes without the arguments that make it."""
    hidden = what in {"class", "exception"} and name.rpartition(".")[2] in _NOT_CONSTRUCTED
    return ("", None) if hidden else None


def _public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: Element
) -> Element | None:
    """Link a type, which annotations name by its home module, to its public name."""
    name = node.get("reftarget", "").rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in pytest_auth0_actions.__all__:
        return None
    python = env.get_domain("py")
    target = f"pytest_auth0_actions.{name}"
    return python.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, contnode)


def setup(app: Sphinx) -> None:
    """Add the two handlers."""
    app.connect("autodoc-process-signature", _hide_constructor)
    app.connect("missing-reference", _public_name)
