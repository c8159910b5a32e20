"""Sphinx settings: Markdown pages, and an API reference from the docstrings."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.napoleon.docstring import GoogleDocstring
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import pytest_auth0_actions

sys.path.insert(0, str(Path(__file__).parent))

import declared

if TYPE_CHECKING:
    from docutils.nodes import Element, Node
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
python_use_unqualified_type_names = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}

# The standard library's types have no inventory here: the build reads nothing from the network.
nitpick_ignore = [
    ("py:class", "Path"),
    ("py:class", "os.PathLike"),
    ("py:class", "pathlib.Path"),
    ("py:class", "collections.abc.Callable"),
    ("py:class", "collections.abc.Collection"),
    ("py:class", "collections.abc.Iterable"),
    ("py:class", "collections.abc.Mapping"),
    ("py:class", "collections.abc.Sequence"),
    ("py:class", "datetime.datetime"),
    ("py:class", "datetime.timedelta"),
    ("py:class", "respx.MockRouter"),
    ("py:class", "pytest_auth0_actions.values.EventT"),  # which the Action's trigger decides
    ("py:class", "pytest_auth0_actions.values.OutcomeT"),  # likewise
    ("py:class", "pytest_auth0_actions.plugin.flow_type._OutcomeT"),  # likewise
    ("py:class", "OutcomeT"),  # likewise
    ("py:class", "Status"),  # one of the texts that the page lists
    # The plugin's own, which no test makes.
    ("py:class", "pytest_auth0_actions.auth0.context.Context"),
    ("py:class", "RecordEviction"),
]

# Made by the package, never by a test.
_NOT_CONSTRUCTED = {
    "Action",
    "ActionAbortedError",
    "ActionCrashedError",
    "ActionError",
    "ActionLoadError",
    "ActionTimeoutError",
    "Auth0ActionsError",
    "Flow",
    "JSObject",
    "JSValue",
    "LoadAction",
    "MakeEvent",
    "MakeFlow",
    "MissingSecretError",
    "NodeNotFoundError",
    "Tenant",
    "TenantAction",
    "TenantAt",
    "TenantError",
    "TenantModule",
    "Transaction",
    "TransactionError",
    "UnansweredRequestError",
    "UnusedRouteError",
    "UsageError",
}


def _hide_constructor(
    app: Sphinx, what: str, name: str, obj: object, options: object, *signature: str | None
) -> tuple[str, None] | None:
    """Show a class that no test makes without the arguments that make it."""
    hidden = what in {"class", "exception"} and name.rpartition(".")[2] in _NOT_CONSTRUCTED
    hidden = hidden or (isinstance(obj, type) and issubclass(obj, pytest_auth0_actions.Outcome))
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


class Fixtures(SphinxDirective):
    """Documents the fixtures, from their docstrings and return types."""

    def run(self) -> list[Node]:
        """Return what the page shows of all fixtures."""
        return self.parse_text_to_nodes("\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        for name, function in declared.fixture_functions().items():
            type_ = inspect.signature(function).return_annotation
            type_ = type_.removeprefix("Iterator[").removesuffix("]")
            home = "" if "." in type_ else "pytest_auth0_actions."
            yield f".. py:data:: {name}"
            if type_ != "Any":
                yield f"   :type: {home}{type_}"
            yield ""
            docstring = inspect.cleandoc(function.__doc__ or "")
            for line in GoogleDocstring(docstring, self.config).lines():
                yield f"   {line}"
            yield ""


def _link_classes(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make what a page shows of a public class the place to which links to the class lead."""
    shown = r"^`class (pytest_auth0_actions\.\w+)`\n(.*?)^(?=<!-- end -->$)"
    described = r"``````{py:class} \1\n\2``````\n"
    source[0] = re.sub(shown, described, source[0], flags=re.MULTILINE | re.DOTALL)


def _add_dark_pictures(app: Sphinx, docname: str, source: list[str]) -> None:
    """Show a picture that has a dark twin in the one or the other, as the reader's theme is."""
    light = r"^!\[([^]]+)\]\((\S+)-light\.png\)$"
    both = "\n\n".join(
        f'```{{image}} \\2-{theme}.png\n:class: only-{theme}\n:alt: "\\1"\n```'
        for theme in ("light", "dark")
    )
    source[0] = re.sub(light, both, source[0], flags=re.MULTILINE)


def _check_complete(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a public name that no page documents."""
    documented = env.get_domain("py").data["objects"]
    for name in pytest_auth0_actions.__all__:
        if f"pytest_auth0_actions.{name}" not in documented:
            logging.getLogger(__name__).warning("no page documents %s", name)


def setup(app: Sphinx) -> None:
    """Add the handlers and the directive."""
    # One signature for load_action and make_event, without an overload for each trigger.
    for module in ("fixture_types", "make_event_type"):
        types = ModuleAnalyzer.for_module(f"pytest_auth0_actions.plugin.{module}")
        types.analyze()
        types.overloads.clear()
    app.add_directive("fixtures", Fixtures)
    app.connect("source-read", _link_classes)
    app.connect("source-read", _add_dark_pictures)
    app.connect("autodoc-process-signature", _hide_constructor)
    app.connect("env-check-consistency", _check_complete)
    app.connect("missing-reference", _public_name)
