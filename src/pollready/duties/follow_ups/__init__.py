"""Follow-ups: what somebody owes by a day, and the figure that it is meant to change."""
