"""Rosters of benchmark instances that others publish, in their own formats."""
