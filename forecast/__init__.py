"""From history to a distribution of volume."""
