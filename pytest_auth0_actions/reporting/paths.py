"""Shows paths as editors and terminals find them: from where pytest was started."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def shown_path(start: Path) -> Callable[[str], str]:
    """Return what shows a path from the folder *start*; in full, if that is shorter.

    >>> shown = shown_path(Path("/project/tests"))
    >>> shown("/project/tests/test_it.py"), shown("/project/code.js"), shown("/tmp/code.js")
    ('test_it.py', '../code.js', '/tmp/code.js')
    """

    def shown(path: str) -> str:
        try:
            relative = os.path.relpath(path, start)
        except ValueError:  # on another drive of Windows
            return path
        return min(relative, path, key=len)

    return shown
