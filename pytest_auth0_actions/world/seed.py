"""What the random numbers of a test's Actions depend on."""

from __future__ import annotations

import hashlib


class Seed:
    """The seed of one test.

    Args:
        session: the seed of the session, ini `auth0_seed`.
        test: the id of the test, the same in each variant under chaos.

    >>> Seed("0", "test_a.py::test_x").digits() == Seed("0", "test_a.py::test_x").digits()
    True
    >>> Seed("0", "test_a.py::test_x").digits() == Seed("1", "test_a.py::test_x").digits()
    False
    """

    def __init__(self, session: str, test: str) -> None:
        self._text = f"{session}\n{test}"
        self._lost_processes = 0

    def digits(self, depth: int = 0) -> str:
        """Return the seed for a process that runs the test, as hexadecimal digits.

        Args:
            depth: how many runs are under way that it was started in.
        """
        text = f"{self._text}\n{self._lost_processes} {depth}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def renew(self) -> None:
        """Have the next process draw other numbers: a test would meet the same UUID twice.

        >>> seed = Seed("0", "test_a.py::test_x")
        >>> first = seed.digits()
        >>> seed.renew()
        >>> seed.digits() == first
        False
        """
        self._lost_processes += 1


def without_variant(nodeid: str, variant: str) -> str:
    """Return a test's id without *variant*, one of the parts of its parameters' id.

    >>> without_variant("test_a.py::test_x[chaos-evict-ada]", "chaos-evict")
    'test_a.py::test_x[ada]'
    >>> without_variant("test_a.py::test_x[ada-calm]", "calm")
    'test_a.py::test_x[ada]'
    >>> without_variant("test_a.py::test_x[calm]", "calm")
    'test_a.py::test_x'
    """
    test, bracket, rest = nodeid.partition("[")
    if not bracket:
        return nodeid
    parameters = f"-{rest.removesuffix(']')}-".replace(f"-{variant}-", "-", 1).strip("-")
    return f"{test}[{parameters}]" if parameters else test
