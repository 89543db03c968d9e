"""A set that is in the way is found with few questions, whatever stands behind the answers."""

from itertools import combinations

from optimizer.conflict_search import minimal_conflict, smallest_conflict


class Sets:
    """An oracle whose conflicts are given: what is wanted fails when any of them holds whole."""

    def __init__(self, rules, conflicts_):
        self.rules, self.conflicts, self.asked = rules, conflicts_, 0

    def holds(self, rules):
        self.asked += 1
        return not any(set(one) <= set(rules) for one in self.conflicts)

    def correction(self, kept):
        rest = [one for one in self.rules if one not in kept]
        for size in range(len(rest) + 1):
            for given_up in combinations(rest, size):
                if self.holds([one for one in self.rules if one not in given_up]):
                    return frozenset(given_up)
        return None


def test_the_search_finds_a_minimal_and_a_smallest_set():
    """Of two conflicts, one of three rules and one of two, the smallest is that of two."""
    oracle = Sets(range(8), [(0, 1, 2), (5, 7)])
    assert minimal_conflict(range(8), oracle.holds) in ((0, 1, 2), (5, 7))
    assert smallest_conflict(range(8), oracle) == (5, 7)
    assert minimal_conflict(range(8), Sets(range(8), [()]).holds) == ()


def test_few_questions_find_a_small_set_among_many():
    """Halving asks a few times the logarithm of the rules, not once each."""
    many = range(512)
    oracle = Sets(many, [(3, 77, 400)])
    assert minimal_conflict(many, oracle.holds) == (3, 77, 400)
    assert oracle.asked <= 2 * 3 * 9 + 2 * 3 + 2
