"""From volume and reps to service: the floor as a Markov chain through time."""
