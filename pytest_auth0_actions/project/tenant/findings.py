"""What is wrong with a tenant's folder, and how that is said."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_auth0_actions.errors import TenantError, hides_our_frames, printable
from pytest_auth0_actions.project.tenant.keywords import Keywords, Replaced
from pytest_auth0_actions.project.tenant.model import Place

if TYPE_CHECKING:
    from pytest_auth0_actions.project.tenant.model import TenantFolder

__tracebackhide__ = hides_our_frames


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Attributes:
        place: where.
        what: what is there.
        advice: what to do.
        is_error: whether the tenant can't be used like that.
        owner: the Action or module that it is about; empty if it is about none.
    """

    place: Place
    what: str
    advice: str
    is_error: bool
    owner: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.advice}"


class Reading:
    """A tenant that is being read, and what was found so far.

    Args:
        folder: nothing outside of it is read.
        base: where the paths start that people see.
        keywords: what is replaced; None in a form that has no keywords.
        variables: those of Terraform that the test gives.
    """

    def __init__(
        self,
        folder: Path,
        base: Path,
        keywords: Keywords | None,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.base = base
        self.keywords = keywords
        self.variables = {} if variables is None else variables
        self.findings: list[Finding] = []
        self._real_folder = os.path.realpath(folder)

    def place(self, path: Path, line: int = 0, address: str = "") -> Place:
        """Return a place in a file."""
        return Place(path, self.shown(path), line, address)

    def shown(self, path: Path) -> str:
        """Return a path as people see it."""
        text = os.fspath(path)
        start = f"{self.base}{os.sep}"
        return printable(text.removeprefix(start))

    def error(self, place: Place, what: str, advice: str, owner: str = "") -> None:
        """Write down what keeps the tenant from being used."""
        self.findings.append(Finding(place, what, advice, True, owner))

    def warn(self, place: Place, what: str, advice: str, owner: str = "") -> None:
        """Write down what is said when the Action is used."""
        self.findings.append(Finding(place, what, advice, False, owner))

    def warn_of_keyword(self, place: Place, keyword: str, owner: str) -> None:
        """Write down that a keyword has no value, in a form that has keywords."""
        if self.keywords is None:
            return
        self.warn(
            place,
            f"[A839] The keyword {keyword} has no value, and stays as it is.",
            f"Set {keyword.strip('#@')} in the environment, in AUTH0_KEYWORD_REPLACE_MAPPINGS of "
            f"config.json, or by a line `{keyword.strip('#@')} = ...` in ini auth0_keywords.",
            owner,
        )

    def replaced(
        self, text: str, in_place: Callable[[str, int, str], str] | None = None
    ) -> Replaced:
        """Return text with its keywords replaced, in a form that has keywords.

        Args:
            text: what a file says.
            in_place: see `Keywords.replace`.
        """
        return Replaced(text) if self.keywords is None else self.keywords.replace(text, in_place)

    def holds(self, path: Path) -> bool:
        """Return whether a file is in the folder, wherever links lead."""
        real = os.path.realpath(path)
        return real == self._real_folder or real.startswith(
            self._real_folder.rstrip(os.sep) + os.sep
        )

    def text(self, path: Path, what: str) -> str | None:
        """Return what a file says; None, and an error is written down, if it can't be read.

        Args:
            path: the file.
            what: what it is, for people: ``"The manifest"``.
        """
        place = self.place(path)
        try:
            if not self.holds(path):
                self.error(
                    place,
                    f"[A840] {what} is a link to a file outside of the tenant's folder.",
                    "Put the file itself there.",
                )
                return None
            return path.read_bytes().decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            byte = f"{error.object[error.start]:#04x} at {error.start}"
            self.error(place, f"[A841] {what} is not UTF-8: byte {byte}.", "Save it as UTF-8.")
        except OSError as error:
            self.unreadable(place, what, error)
        return None

    def unreadable(self, place: Place, what: str, error: OSError) -> None:
        """Write down that a file or folder can't be read."""
        self.error(
            place,
            f"[A842] {what} can't be read: {error.strerror}.",
            "Check it and its permissions.",
        )


def raise_errors(tenant: TenantFolder) -> None:
    """Raise what keeps a tenant from being used, all in one.

    Raises:
        TenantError: something does.
    """
    errors = tenant.errors
    if errors:
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        lines = "\n".join(f"  {each}" for each in errors)
        raise TenantError(
            f"[A843] The tenant can't be used as it is: {count}.",
            f"Given: {tenant.shown}, {tenant.form}.\n{lines}",
            "Correct that; `pytest --auth0-list` shows the whole tenant, with warnings.",
        )
