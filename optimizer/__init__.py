"""From volume to people: demand, requirement, shift plan, roster."""
