"""Makes certificates for the hosts that an Action talks to; they last as long as the session."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Final

from pytest_auth0_actions.world.imports import as_imported


class Authority:
    """A certificate authority that only our own Node.js processes trust.

    Args: none; it takes its time when it is first asked.
    """

    def __init__(self) -> None:
        self._authority: Any = None
        self._made: dict[str, dict[str, Any]] = {}

    def certificate(self, host: str) -> dict[str, Any]:
        """Return a certificate, its key and the authority's own, as PEM.

        It is empty without trustme, and for a host that none can be made for.
        """
        if host not in self._made:
            with as_imported():  # cryptography keeps the class `datetime` that it meets first
                self._made[host] = self._make(host)
        return self._made[host]

    def _make(self, host: str) -> dict[str, Any]:
        try:
            import trustme
        except ImportError:
            return {}
        if self._authority is None:
            self._authority = trustme.CA()
        made = self._issued(host)
        if made is None:
            return {}
        return {
            "authority": self._authority.cert_pem.bytes().decode(),
            "key": made.private_key_pem.bytes().decode(),
            "cert": "".join(pem.bytes().decode() for pem in made.cert_chain_pems),
        }

    def _issued(self, host: str) -> Any:
        """Return a certificate that Node.js takes for the host's, or None."""
        if not set(host) & {"@", "*"}:  # which would be names of something else
            with contextlib.suppress(ValueError):  # the errors of idna are such, too
                return self._authority.issue_cert(host)
        # Such as one with an underscore: the field that was for names once takes it, or a wildcard.
        labels = host.removesuffix(".").split(".")
        if not all(map(_LABEL.fullmatch, labels)):
            return None
        with contextlib.suppress(ValueError):  # it is too long
            return self._authority.issue_cert("nobody@example.com", common_name=host)
        if len(labels) > 2:  # or Node.js does not care for it
            with contextlib.suppress(ValueError):
                return self._authority.issue_cert(".".join(["*", *labels[1:]]))
        return None


# What Node.js compares with the name of a host.
_LABEL: Final = re.compile(r"[!-)+-\-/-~]+")
