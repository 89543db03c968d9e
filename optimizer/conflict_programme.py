r"""Which rules allow what is wanted: the roster's rules with a switch each.

Sets: reps :math:`r` and shifts :math:`s` within a scope; groups :math:`g` of constraints, such as
the rest of one rep. Variables: :math:`x_{rs} \in \{0, 1\}`, rep r works shift s;
:math:`v_g \in \{0, 1\}`, group g is given up; :math:`w \in [0, W]`, how much of what is wanted is
had. A constraint :math:`a x \le b` of group g becomes

.. math::

    a x - M v_g \le b, \qquad M = \max_x a x - b,

so that :math:`v_g = 1` takes it away and nothing else. The rules are those of `optimizer.rules`
that the roster was made with. Asked are: is :math:`w = W` possible with these groups; the fewest
groups to give up for it; the most of :math:`w` with these groups; the roster nearest to the one
that stands.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulp

from optimizer.shifts import Shift
from optimizer.solver import SolverSettings, opened

EXACT = SolverSettings(time_limit_seconds=2.0, gap=0.0)
HALF = 0.5

SHARED = ("skills", "on_call", "site")
"""Rules whose groups are of everybody: nobody learns a queue for one shift."""

TIE = 1e-3
"""By which giving up what lasts is dearer than giving up what does not."""


class UndecidedError(Exception):
    """The time was too short for a yes or a no."""


@dataclass(frozen=True)
class Group:
    """Constraints that are given up together.

    Parameters
    ----------
    rule
        Name of the rule.
    who
        The rep; empty for everybody.
    shift
        The shift, where the rule is one of a shift.
    """

    rule: str
    who: str = ""
    shift: Shift | None = None


@dataclass
class Switched:
    """A programme whose groups of constraints can be switched off, and what is asked of it.

    Parameters
    ----------
    now
        Who works what as things are. What is broken already is in nobody's way: it only must not
        get worse.
    is_strict
        Whether every rule holds all the same.
    switches
        Of each group, 1 when it is given up.
    work
        Of each rep and shift, 1 when the rep works it.
    wanted
        How much of what is wanted is had.
    questions
        How many runs it took so far.
    """

    now: frozenset[tuple[str, Shift]] = frozenset()
    is_strict: bool = False
    problem: Any = field(default_factory=lambda: pulp.LpProblem("conflict", pulp.LpMinimize))
    switches: dict[Group, Any] = field(default_factory=dict)
    work: dict[tuple[str, Shift], Any] = field(default_factory=dict)
    wanted: Any = None
    questions: int = 0
    _values: dict[str, float] = field(default_factory=dict)
    _any: dict[str, Any] = field(default_factory=dict)
    _model: Any = None
    _rows: int = 0

    def rep_works(self, rep_id: str, shift: Shift) -> Any:
        """Return the variable of whether a rep works a shift."""
        key = (rep_id, shift)
        if key not in self.work:
            name = f"work_{len(self.work)}"
            self.work[key] = self.problem.add_variable(name, 0, 1, pulp.LpBinary)
            self._values[name] = float(key in self.now)
        return self.work[key]

    def want(self, most: float, *, whole: bool) -> Any:
        """Return the variable of what is wanted, of which all is `most`."""
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        self.wanted = self.problem.add_variable("wanted", 0, most, kind)
        return self.wanted

    def hold(self, group: Group | None, excess: Any) -> None:
        """Keep an expression from being above 0, or above what it is as things are.

        Parameters
        ----------
        group
            What it belongs to; None when it always holds.
        excess
            An affine expression of bounded variables.
        """
        excess = pulp.LpAffineExpression() + excess
        most = float(excess.constant) + sum(
            factor * (variable.upBound if factor > 0 else variable.lowBound)
            for variable, factor in excess.items()
        )
        allowed = 0.0 if self.is_strict else max(0.0, self._as_things_are(excess))
        if most <= allowed:
            return
        if group is not None:
            if group not in self.switches:
                name = f"give_up_{len(self.switches)}"
                self.switches[group] = self.problem.add_variable(name, 0, 1, pulp.LpBinary)
            excess = excess - (most - allowed) * self.switches[group]
        self._rows += 1
        self.problem += excess - allowed <= 0, f"row_{self._rows}"

    def forbid(self, group: Group | None, rep_id: str, shift: Shift) -> None:
        """Keep a rep from a shift."""
        self.hold(group, self.rep_works(rep_id, shift))

    def whether(self, name: str, works: Sequence[Any]) -> Any:
        """Return what is 1 when any of some shifts is worked; of one name there is one."""
        if len(works) == 1:
            return works[0]
        if name not in self._any:
            variable = self.problem.add_variable(f"any_{name}", 0, 1)
            self._values[variable.name] = max(self._values.get(one.name, 0.0) for one in works)
            self._any[name] = variable
            for one in works:
                self.hold(None, one - variable)
        return self._any[name]

    def _as_things_are(self, excess: Any) -> float:
        values = (factor * self._values.get(one.name, 0.0) for one, factor in excess.items())
        return float(excess.constant + sum(values))

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups that can keep from anything, in the order in which they were added."""
        return tuple(self.switches)

    def holds(self, rules: Collection[Group]) -> bool:
        """Say whether all that is wanted can be had while these groups hold, and no others."""
        kept = set(rules)
        self._bound({group: (0, 0) if group in kept else (1, 1) for group in self.switches})
        return self._is_possible()

    def correction(self, kept: Collection[Group]) -> frozenset[Group] | None:
        """Return the fewest groups to give up while `kept` hold; None when that is not enough."""
        held = set(kept)
        self._bound({group: (0, 0) if group in held else (0, 1) for group in self.switches})
        costs = {one.index: 1.0 + TIE * _lasts(group) for group, one in self.switches.items()}
        if not self._is_possible(costs):
            return None
        values = self._model.getSolution().col_value
        return frozenset(group for group, one in self.switches.items() if values[one.index] > HALF)

    def most(self, rules: Collection[Group]) -> float | None:
        """Return how much of what is wanted can be had while these groups hold, and no others.

        None when these groups contradict each other whatever is wanted.
        """
        kept = set(rules)
        self._bound({group: (0, 0) if group in kept else (1, 1) for group in self.switches})
        if not self._is_possible({self.wanted.index: -1.0}, least_wanted=0.0):
            return None
        return float(self._model.getSolution().col_value[self.wanted.index])

    def nearest(self, rules: Collection[Group]) -> frozenset[tuple[str, Shift]] | None:
        """Return who works what when all that is wanted is had, with the fewest changes."""
        kept = set(rules)
        self._bound({group: (0, 0) if group in kept else (1, 1) for group in self.switches})
        costs = {one.index: -1.0 if key in self.now else 1.0 for key, one in self.work.items()}
        if not self._is_possible(costs):
            return None
        values = self._model.getSolution().col_value
        return frozenset(key for key, one in self.work.items() if values[one.index] > HALF)

    def _bound(self, bounds: dict[Group, tuple[float, float]]) -> None:
        if self._model is None:
            self._open()
        for group, (low, high) in bounds.items():
            self._model.changeColBounds(self.switches[group].index, low, high)

    def _open(self) -> None:
        # Whatever stands in no constraint becomes a column by the objective.
        columns = [self.wanted, *self.work.values(), *self.switches.values()]
        self.problem.setObjective(pulp.lpSum(columns))
        self._model, _ = opened(self.problem, EXACT)
        for one in columns:
            self._model.changeColCost(one.index, 0.0)

    def _is_possible(
        self, costs: dict[int, float] | None = None, least_wanted: float | None = None
    ) -> bool:
        """Run with costs by column, and say whether there is an answer.

        Raises
        ------
        UndecidedError
            When the time is too short to tell.
        """
        import highspy

        self.questions += 1
        top = self.wanted.upBound
        self._model.changeColBounds(
            self.wanted.index, top if least_wanted is None else least_wanted, top
        )
        for column, cost in (costs or {}).items():
            self._model.changeColCost(column, cost)
        states = highspy.HighsModelStatus
        status = self._run("choose")
        if status != states.kOptimal:
            # Presolve now and then calls a programme infeasible that is not.
            status = self._run("off")
        for column in costs or {}:
            self._model.changeColCost(column, 0.0)
        if status == states.kOptimal:
            return True
        if status == states.kInfeasible:
            return False
        raise UndecidedError(f"The programme ended as {status.name}; it needs a yes or a no.")

    def _run(self, presolve: str) -> Any:
        self._model.setOptionValue("presolve", presolve)
        limit = self._model.getRunTime() + EXACT.time_limit_seconds
        self._model.setOptionValue("time_limit", limit)
        self._model.run()
        return self._model.getModelStatus()


def _lasts(group: Group) -> bool:
    """Whether giving a group up is more than an exception: a skill, a site, another shift."""
    return group.rule in SHARED or group.shift is not None
