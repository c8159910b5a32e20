"""What other clocks for tests call the members of ours."""

from __future__ import annotations

from typing import Final

OF_OTHER_CLOCKS: Final = {
    **dict.fromkeys(
        ("advance", "fast_forward", "forward", "move", "shift", "sleep", "wait"),
        "tick(minutes=15)",
    ),
    **dict.fromkeys(
        ("freeze", "set", "set_time", "travel", "travel_to"), "move_to('2025-06-01T12:00:00Z')"
    ),
    **dict.fromkeys(("current", "time", "timestamp", "today", "utcnow"), "now or now_ms"),
}
"""What is meant, by the name that others have for it."""
