"""Rosters of many reps by column generation: a column is one rep's tour of the period."""
