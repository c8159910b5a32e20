"""Makes certificates for the hosts that an Action talks to; they last as long as the session."""

from __future__ import annotations

from typing import Any

from pytest_auth0_actions.world.instants import real_datetime


class Authority:
    """A certificate authority that only our own Node.js processes trust.

    Args: none; it takes its time when it is first asked.
    """

    def __init__(self) -> None:
        self._authority: Any = None
        self._made: dict[str, dict[str, Any]] = {}

    def certificate(self, host: str) -> dict[str, Any]:
        """Return a certificate, its key and the authority's own, as PEM; empty without trustme."""
        if host not in self._made:
            # cryptography keeps the class `datetime` that it meets first, for good.
            with real_datetime():
                self._made[host] = self._make(host)
        return self._made[host]

    def _make(self, host: str) -> dict[str, Any]:
        try:
            import trustme
        except ImportError:
            return {}
        if self._authority is None:
            self._authority = trustme.CA()
        try:
            made = self._authority.issue_cert(host)
        except ValueError:  # an underscore, say, which no name of a host has
            made = self._authority.issue_cert(f"*.{host.partition('.')[2]}")
        return {
            "authority": self._authority.cert_pem.bytes().decode(),
            "key": made.private_key_pem.bytes().decode(),
            "cert": "".join(pem.bytes().decode() for pem in made.cert_chain_pems),
        }
