"""Rosters drawn from tours: cheap ones, and any where all cost the same."""

import numpy as np

from optimizer.tours.sampling import Choice, sampled
from optimizer.tours.tiers import OneTier


def choice(brings, costs):
    brings = np.array(brings, dtype=float)
    return Choice(brings, np.array(costs, dtype=float), np.ones(len(costs)) / len(costs))


def test_two_reps_share_two_cells_rather_than_one():
    """Each cell needs one; whoever comes first, the other one takes what is left."""
    cover = OneTier(np.array([1, 1]), np.full(2, 10.0), np.full(2, 1.0))
    alike = choice([[1, 0], [0, 1], [0, 0]], [1, 1, 0])
    for seed in range(5):
        places = sampled(cover, [alike], np.zeros(2, dtype=int), np.random.default_rng(seed))
        assert sorted(places) == [0, 1]


def test_a_dear_tour_is_not_worked():
    """A gap of ten is left open where closing it costs twenty."""
    cover = OneTier(np.array([1]), np.array([10.0]), np.array([0.0]))
    places = sampled(
        cover, [choice([[1], [0]], [20, 0])], np.zeros(1, dtype=int), np.random.default_rng(1)
    )
    assert places.tolist() == [1]


def test_whoever_must_stop_keeps_what_there_is():
    """One round is drawn in any case."""
    cover = OneTier(np.array([1]), np.array([10.0]), np.array([0.0]))
    asked = []
    one = np.zeros(1, dtype=int)
    places = sampled(cover, [choice([[1], [0]], [1, 1])], one, np.random.default_rng(1),
                     lambda: asked.append(1) is None)  # fmt: skip
    assert len(asked) == 1
    assert places[0] in {0, 1}


def test_among_equals_every_tour_is_drawn():
    """Nothing tells them apart."""
    cover = OneTier(np.array([0]), np.array([10.0]), np.array([0.0]))
    same = choice([[1], [1], [1]], [1, 1, 1])
    random = np.random.default_rng(3)
    drawn = {int(sampled(cover, [same], np.zeros(1, dtype=int), random)[0]) for _ in range(30)}
    assert drawn == {0, 1, 2}
