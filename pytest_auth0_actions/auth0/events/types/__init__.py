"""The types of events, for annotations: one module a trigger. No run imports them."""
