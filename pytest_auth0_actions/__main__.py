"""Runs `python -m pytest_auth0_actions`."""

import sys

from pytest_auth0_actions.first_test.command import main

if __name__ == "__main__":
    sys.exit(main())
