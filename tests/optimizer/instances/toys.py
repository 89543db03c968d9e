"""Small made-up instances, and the text of their files."""

import random
from itertools import product

from optimizer.instances.evaluator import evaluate
from optimizer.instances.instance import Instance, Schedule

TWO_WEEKS = """# made up
SECTION_HORIZON
# days
14

SECTION_SHIFTS
E,480,
L,600,E

SECTION_STAFF
Ann,E=14|L=2,4800,2400,5,2,2,1
Bob,E=14|L=14,4800,2400,5,2,2,1
Cem,E=0|L=14,3000,1200,4,1,1,2

SECTION_DAYS_OFF
Ann,3
Bob,0,9

SECTION_SHIFT_ON_REQUESTS
Ann,1,E,2
Bob,4,L,3

SECTION_SHIFT_OFF_REQUESTS
Cem,5,L,1

SECTION_COVER
0,E,1,100,1
1,L,1,100,1
5,E,2,100,1
9,L,1,100,1
"""


def draw_text(seed: int) -> str:
    """Write an instance of some days, two shifts and two people, every number drawn."""
    draw = random.Random(seed)
    days = draw.choice([6, 7, 8])
    lines = ["SECTION_HORIZON", str(days), "SECTION_SHIFTS", f"A,{draw.choice([240, 480])},"]
    lines += [f"B,480,{draw.choice(['', 'A'])}", "SECTION_STAFF"]
    for name in ("p", "q"):
        most = draw.choice([1440, 1920, 2400])
        limits = f"A={draw.choice([1, 2, 8])}|B={draw.choice([0, 2, 8])}"
        runs = f"{draw.choice([2, 3, 5])},{draw.choice([1, 2])},{draw.choice([1, 2, 3])}"
        lines.append(f"{name},{limits},{most},{draw.choice([0, 480, 960])},{runs},1")
    lines += ["SECTION_DAYS_OFF", f"p,{draw.randrange(days)}", "SECTION_SHIFT_ON_REQUESTS"]
    lines += [f"q,{draw.randrange(days)},A,{draw.randint(1, 9)}", "SECTION_SHIFT_OFF_REQUESTS"]
    lines += [f"p,{draw.randrange(days)},B,{draw.randint(1, 9)}", "SECTION_COVER"]
    for day, shift in product(range(days), "AB"):
        if draw.random() < 0.8:
            lines.append(f"{day},{shift},{draw.choice([0, 1, 1, 2])},{draw.choice([7, 20])},3")
    return "\n".join(lines) + "\n"


def every_schedule(instance: Instance, name: str) -> list[tuple[str | None, ...]]:
    """List the schedules of one person that break none of their rules, by the evaluator alone."""
    shifts = [None, *(shift.name for shift in instance.shifts)]
    alone = Instance(
        instance.days,
        instance.shifts,
        tuple(person for person in instance.employees if person.name == name),
    )
    return [
        days
        for days in product(shifts, repeat=instance.days)
        if not evaluate(alone, {name: days}).broken
    ]


def least_cost(instance: Instance) -> int | None:
    """Return the least objective of all rosters of two people; None when no roster is allowed."""
    first, second = (person.name for person in instance.employees)
    rosters = product(every_schedule(instance, first), every_schedule(instance, second))
    costs = (
        evaluate(instance, Schedule({first: ours, second: theirs})).objective
        for ours, theirs in rosters
    )
    return min(costs, default=None)
