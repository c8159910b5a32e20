"""A coverage.py of a test's own, beside the one that may measure our tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import coverage


def make(settings: Path, **options: Any) -> coverage.Coverage:
    """Return a coverage.py that has not started."""
    ours: Any = getattr(coverage.process_startup, "coverage", None)
    made = coverage.Coverage(config_file=str(settings), **options)
    if ours is not None:
        ours._auto_save = True  # which is switched off when another one is made
    return made
