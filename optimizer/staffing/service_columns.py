"""Names of the shares that tell of an interval's service, whoever tells them.

What each is of says `optimizer.staffing.birth_death.evaluate`.
"""

SHARES = ("pick_up", "first_reply", "follow_up", "abandonment", "hands_busy", "slots_busy")
