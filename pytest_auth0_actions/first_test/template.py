"""Finds what Terraform would fill in, in the code of an Action that is read without it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.tenant.javascript import line_of, tokens_of

_IN_TEXT: Final = re.compile(
    r"(?<!\$)\$\{~?\s*([a-z_]\w*)[^}]*\}|(?<!%)%\{~?\s*(?:if|for)\b[^}]*\}"
)
_CODE: Final = {"$": re.compile(r"\$\{[^}\n]*\}"), "%": re.compile(r"%\{~?\s*\w[^}\n]*\}")}
_NAMED: Final = frozenset({"class", "extends"})  # in small code, `class ${}` is JavaScript


class Filled(NamedTuple):
    """A place that Terraform would fill in: what stands there, and its line, from 1."""

    text: str
    line: int


def filled_by_terraform(source: str) -> Filled | None:
    r"""Return the first place of code that looks like one of a template of Terraform's.

    That is `${...}` or `%{...}` outside of a text, where it is no JavaScript; and inside of one
    with plain quotes, unless it begins with a name that the code has.

    >>> filled_by_terraform("const NS = '${namespace}/plan';\nconst MAX = ${max};")
    Filled(text='${namespace}', line=1)
    >>> filled_by_terraform("const plan = 'gold', url = `${plan}`, mistaken = '${plan}';")
    """
    words = tokens_of(source).all
    names = {each.text for each in words if each.kind == "word"}
    for before, word in zip((None, *words), words, strict=False):
        if word.kind == "text":
            for found in _IN_TEXT.finditer(word.text):
                if found[1] not in names:
                    return Filled(found[0], line_of(source, word.start))
        elif word.text in _CODE and (before is None or before.text not in _NAMED):
            in_code = _CODE[word.text].match(source, word.start)
            if in_code is not None:
                return Filled(in_code[0], line_of(source, word.start))
    return None


def is_template(file: ActionFile, filled: Filled) -> ActionLoadError:
    """Return the error for code that does not run, and that Terraform would have filled in."""
    return ActionLoadError(
        "[A910] The file looks like a template of Terraform's, and does not run as it is.",
        f"Given: {file.shown}:{filled.line}, which has {filled.text!r}.",
        "Set ini auth0_tenant to the folder with the *.tf files, and run this again: then the "
        "values are those of Terraform. It needs the extra `terraform`.",
    )


def note_of_template(file: ActionFile, filled: Filled) -> str:
    """Return what to say of a test for such code, if it runs as it is."""
    return (
        f"{file.shown}:{filled.line} has {filled.text!r} in plain quotes. If Terraform fills that "
        "in, set ini auth0_tenant to the folder with the *.tf files, and write the test again."
    )
