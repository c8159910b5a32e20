"""Modules for which time stays real.

They wait, or measure something else than the test's time. They would wait for ever if it stood
still, and find that a test took as long as it moved the clock.
"""

from __future__ import annotations

from typing import Final

_MODULES: Final = frozenset(
    {"_pytest.timing", "queue", "socketserver", "subprocess", "threading", "trio._core._run"}
)
_PACKAGES: Final = ("_hypothesis_", "hypothesis.")


def is_exempt(module: str) -> bool:
    """Return whether time stays real for a module, by its name.

    >>> is_exempt("subprocess"), is_exempt("subprocess_of_ours")
    (True, False)
    """
    return module in _MODULES or module.startswith(_PACKAGES)
