"""An instance as the solver sees it: who is alike, and what each shift costs whom."""

from dataclasses import dataclass

import numpy as np

from optimizer.inrc.automaton import Floats, Ints, automaton_of
from optimizer.inrc.instance import FREE, Instance, RequestKind
from optimizer.inrc.pricing import FORBIDDEN, Pricing


@dataclass(frozen=True)
class Ward:
    """What stays the same through a search.

    Parameters
    ----------
    kind_of
        The kind of each employee: employees of a kind are alike in contract, skills and requests.
    pricing_of
        By kind, the programme of its contract.
    prices
        By kind, day and shift type: what requests and skills make of the shift.
    base
        By kind: what requests cost on days off.
    cover
        By day and shift type.
    """

    kind_of: Ints
    pricing_of: tuple[Pricing, ...]
    prices: Floats
    base: Floats
    cover: Ints

    def idle_cost(self, kind: int) -> float:
        """Return what it costs when an employee of a kind never works."""
        automaton = self.pricing_of[kind].automaton
        return automaton.cost([FREE] * len(self.cover)) + float(self.base[kind])


def ward_of(instance: Instance) -> Ward:
    """Prepare an instance for the solver."""
    people = instance.employees
    contracts = {id(person.contract): person.contract for person in people}
    pricing = {key: Pricing(automaton_of(instance, one)) for key, one in contracts.items()}
    cover = np.array(instance.cover, dtype=np.int64).reshape(instance.days, len(instance.shifts))
    prices, base = _asked(instance)
    prices[:, cover == 0] = FORBIDDEN
    keys = [
        (id(person.contract), prices[number].tobytes(), base[number])
        for number, person in enumerate(people)
    ]
    kinds: dict[tuple[int, bytes, float], int] = {}
    kind_of = np.array([kinds.setdefault(key, len(kinds)) for key in keys])
    first = np.array([keys.index(key) for key in kinds])
    return Ward(
        kind_of,
        tuple(pricing[key[0]] for key in kinds),
        prices[first],
        base[first],
        cover,
    )


def _asked(instance: Instance) -> tuple[Floats, Floats]:
    """Return what requests and skills make of each shift of each employee, and of days off."""
    prices = np.zeros((len(instance.employees), instance.days, len(instance.shifts)))
    base = np.zeros(len(instance.employees))
    for number, person in enumerate(instance.employees):
        for shift, kind in enumerate(instance.shifts):
            if not kind.skills <= person.skills:
                prices[number, :, shift] += person.contract.alternative_skill
    for request in instance.requests:
        shifts = slice(None) if request.shift == FREE else request.shift
        is_off = request.kind in (RequestKind.DAY_OFF, RequestKind.SHIFT_OFF)
        asked = request.weight if is_off else -request.weight
        prices[request.employee, request.day, shifts] += asked
        base[request.employee] += 0 if is_off else request.weight
    return prices, base
