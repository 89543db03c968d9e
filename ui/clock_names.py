"""The events that a promise counts, in words."""

CLOCK_NAMES = {"first_reply": "first reply", "pick_up": "pick-up"}
