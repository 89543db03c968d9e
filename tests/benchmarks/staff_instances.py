"""Draws instances of Curtois and Qu's format, as large as their largest."""

import random

KINDS = ("a", "d", "p", "n")  # from early to night: none may follow a later one


def draw_instance(weeks: int, staff: int, shifts: int, seed: int) -> str:
    """Write an instance: contracts, days off, wishes and cover are drawn.

    Parameters
    ----------
    weeks, staff, shifts
        Of the horizon, people, types of shift.
    seed
        Of all that is drawn.
    """
    draw = random.Random(seed)
    kinds = [min(3, 4 * place // shifts) for place in range(shifts)]
    names = [f"{KINDS[kind]}{place}" for place, kind in enumerate(kinds)]
    people = [f"P{place}" for place in range(staff)]
    return "\n".join(
        [
            *("SECTION_HORIZON", str(7 * weeks), "SECTION_SHIFTS"),
            *_shift_lines(draw, names, kinds),
            "SECTION_STAFF",
            *(_contract(draw, person, names, weeks) for person in people),
            "SECTION_DAYS_OFF",
            *(_days_off(draw, person, weeks) for person in people),
            "SECTION_SHIFT_ON_REQUESTS",
            *_wishes(draw, people, names, weeks),
            "SECTION_SHIFT_OFF_REQUESTS",
            *_wishes(draw, people, names, weeks),
            "SECTION_COVER",
            *_cover(draw, names, 7 * weeks, staff * 0.78 * 2160 / 510 / 7 / shifts),
            "",
        ]
    )


def _shift_lines(draw: random.Random, names: list[str], kinds: list[int]) -> list[str]:
    lines = []
    for name, kind in zip(names, kinds, strict=True):
        barred = [other for other, its in zip(names, kinds, strict=True) if its < kind]
        lines.append(f"{name},{draw.choice([480, 480, 600])},{'|'.join(barred)}")
    return lines


def _contract(draw: random.Random, person: str, names: list[str], weeks: int) -> str:
    """Full time or part of it; a third of the shifts are not theirs, and nights are few."""
    most = int(weeks * 2160 * draw.choice([1.0, 1.0, 1.0, 0.6, 0.4]))
    theirs = draw.choice([place for place, name in enumerate(names) if name[0] != "n"])
    limits = [
        f"{name}={7 * weeks if name[0] != 'n' else 2 * weeks}"
        if place == theirs or draw.random() > 0.35
        else f"{name}=0"
        for place, name in enumerate(names)
    ]
    runs = draw.choice(["5,2,2", "6,2,3", "5,1,1"])
    least = int(0.85 * most)  # with this leeway everybody's contract can be kept
    return f"{person},{'|'.join(limits)},{most},{least},{runs},{1 + 5 * weeks // 8}"


def _days_off(draw: random.Random, person: str, weeks: int) -> str:
    days = (14 * block + draw.randrange(14) for block in range((weeks + 1) // 2))
    return ",".join([person, *(str(day) for day in days if day < 7 * weeks)])


def _wishes(draw: random.Random, people: list[str], names: list[str], weeks: int) -> list[str]:
    return [
        f"{person},{day},{draw.choice(names)},{draw.randint(1, 3)}"
        for person in people
        for day in draw.sample(range(7 * weeks), weeks)
    ]


def _cover(draw: random.Random, names: list[str], days: int, at_work: float) -> list[str]:
    return [
        f"{day},{name},{round(at_work * draw.uniform(0.7, 1.3) * weight)},100,1"
        for day in range(days)
        for weight in [0.8 if day % 7 > 4 else 1.1]
        for name in names
    ]
