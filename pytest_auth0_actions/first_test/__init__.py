"""Writes a first test for an Action: `python -m pytest_auth0_actions new`."""
