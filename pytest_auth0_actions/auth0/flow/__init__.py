"""Flows: what comes between the Actions of a trigger, and after them."""
