"""Shows paths as editors and terminals find them: from where pytest was started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def shown_path(start: Path) -> Callable[[str], str]:
    """Return what shows a path from the folder *start*; in full, if it lies outside of that.

    >>> shown = shown_path(Path("/project/tests"))
    >>> shown("/project/tests/test_it.py"), shown("/project/code.js"), shown("test_it.py")
    ('test_it.py', '/project/code.js', 'test_it.py')
    """

    def shown(path: str) -> str:
        try:
            return str(Path(path).relative_to(start))
        except ValueError:
            return path

    return shown
