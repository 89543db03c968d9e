"""Screens: one module each, with a function ``show`` and no logic."""
