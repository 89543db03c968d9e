"""Made-up wards: one as the competition's two formats write it, others drawn at random."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from optimizer.inrc.instance import (
    FREE,
    Contract,
    Employee,
    EntryKind,
    Instance,
    Limit,
    Pattern,
    PatternEntry,
    Request,
    RequestKind,
    ShiftType,
)

FRIDAY = date(2010, 1, 1)
EARLY, NIGHT = 0, 1
SHIFTS = (
    ShiftType("E", time(6, 30), time(14, 30), frozenset({"Nurse"})),
    ShiftType("N", time(22, 30), time(6, 30), frozenset({"Nurse"})),
)

XML = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!-- a ward of three -->
<SchedulingPeriod ID="ward" OrganisationID="none">
  <StartDate>2010-01-01</StartDate>
  <EndDate>2010-01-05</EndDate>
  <Skills><Skill>Nurse</Skill><Skill>Head</Skill></Skills>
  <ShiftTypes>
    <Shift ID="E">
      <StartTime>06:30:00</StartTime><EndTime>14:30:00</EndTime>
      <Description>Early</Description><Skills><Skill>Nurse</Skill></Skills>
    </Shift>
    <Shift ID="N">
      <StartTime>22:30:00</StartTime><EndTime>06:30:00</EndTime>
      <Description>Night</Description><Skills><Skill>Head</Skill></Skills>
    </Shift>
  </ShiftTypes>
  <Patterns>
    <Pattern ID="0" weight="3">
      <PatternEntries>
        <PatternEntry index="1"><ShiftType>E</ShiftType><Day>Any</Day></PatternEntry>
        <PatternEntry index="0"><ShiftType>N</ShiftType><Day>Any</Day></PatternEntry>
      </PatternEntries>
    </Pattern>
    <Pattern ID="1" weight="2">
      <PatternEntries>
        <PatternEntry index="0"><ShiftType>None</ShiftType><Day>Friday</Day></PatternEntry>
        <PatternEntry index="1"><ShiftType>Any</ShiftType><Day>Saturday</Day></PatternEntry>
      </PatternEntries>
    </Pattern>
  </Patterns>
  <Contracts>
    <Contract ID="full">
      <Description>all rules</Description>
      <SingleAssignmentPerDay weight="1">true</SingleAssignmentPerDay>
      <MaxNumAssignments on="1" weight="2">4</MaxNumAssignments>
      <MinNumAssignments on="1" weight="3">2</MinNumAssignments>
      <MaxConsecutiveWorkingDays on="1" weight="4">3</MaxConsecutiveWorkingDays>
      <MinConsecutiveWorkingDays on="1" weight="5">2</MinConsecutiveWorkingDays>
      <MaxConsecutiveFreeDays on="1" weight="6">2</MaxConsecutiveFreeDays>
      <MinConsecutiveFreeDays on="0" weight="7">2</MinConsecutiveFreeDays>
      <MaxConsecutiveWorkingWeekends on="1" weight="8">1</MaxConsecutiveWorkingWeekends>
      <MinConsecutiveWorkingWeekends on="1" weight="0">1</MinConsecutiveWorkingWeekends>
      <MaxWorkingWeekendsInFourWeeks on="1" weight="9">2</MaxWorkingWeekendsInFourWeeks>
      <WeekendDefinition>FridaySaturdaySunday</WeekendDefinition>
      <CompleteWeekends weight="10">true</CompleteWeekends>
      <IdenticalShiftTypesDuringWeekend weight="11">true</IdenticalShiftTypesDuringWeekend>
      <NoNightShiftBeforeFreeWeekend weight="12">true</NoNightShiftBeforeFreeWeekend>
      <TwoFreeDaysAfterNightShifts weight="13">true</TwoFreeDaysAfterNightShifts>
      <AlternativeSkillCategory weight="14">true</AlternativeSkillCategory>
      <UnwantedPatterns><Pattern>0</Pattern><Pattern>1</Pattern></UnwantedPatterns>
    </Contract>
    <Contract ID="none">
      <Description>no rules</Description>
      <CompleteWeekends weight="1">false</CompleteWeekends>
    </Contract>
  </Contracts>
  <Employees>
    <Employee ID="7"><ContractID>full</ContractID><Name>7</Name>
      <Skills><Skill>Nurse</Skill></Skills></Employee>
    <Employee ID="3"><ContractID>none</ContractID><Name>3</Name>
      <Skills><Skill>Nurse</Skill><Skill>Head</Skill></Skills></Employee>
  </Employees>
  <CoverRequirements>
    <DayOfWeekCover>
      <Day>Friday</Day>
      <Cover><Skill>Nurse</Skill><Shift>E</Shift><Preferred>1</Preferred></Cover>
      <Cover><Shift>N</Shift><Preferred>2</Preferred></Cover>
    </DayOfWeekCover>
    <DayOfWeekCover>
      <Day>Saturday</Day><Cover><Shift>E</Shift><Preferred>1</Preferred></Cover>
    </DayOfWeekCover>
    <DateSpecificCover>
      <Date>2010-01-01</Date><Cover><Shift>N</Shift><Preferred>1</Preferred></Cover>
    </DateSpecificCover>
  </CoverRequirements>
  <DayOffRequests>
    <DayOff weight="1"><EmployeeID>7</EmployeeID><Date>2010-01-02</Date></DayOff>
  </DayOffRequests>
  <DayOnRequests>
    <DayOn weight="2"><EmployeeID>3</EmployeeID><Date>2010-01-01</Date></DayOn>
  </DayOnRequests>
  <ShiftOffRequests>
    <ShiftOff weight="3">
      <ShiftTypeID>N</ShiftTypeID><EmployeeID>3</EmployeeID><Date>2010-01-05</Date>
    </ShiftOff>
  </ShiftOffRequests>
  <ShiftOnRequests>
    <ShiftOn weight="4">
      <ShiftTypeID>E</ShiftTypeID><EmployeeID>7</EmployeeID><Date>2010-01-01</Date>
    </ShiftOn>
  </ShiftOnRequests>
</SchedulingPeriod>
"""

TXT = """////////////////////
SCHEDULING_PERIOD;
////////////////////
ward, 2010-01-01, 2010-01-05;

////////////////////
SKILLS = 2;
////////////////////
Nurse;
Head;

////////////////////
SHIFT_TYPES = 2;
////////////////////
E, Early, 06:30:00, 14:30:00, 1, Nurse;
N, Night, 22:30:00, 06:30:00, 1, Head;

////////////////////
CONTRACTS = 2;
////////////////////
full, all, (1|1), (1|2|4), (1|3|2), (1|4|3), (1|5|2), (1|6|2), (0|7|2), (1|8|1), (1|0|1), (1|9|2), \
FridaySaturdaySunday, (1|10), (1|11), (1|12), (1|13), (1|14), 2, 0 1;
none, no, (1|1), (0|0|0), (0|0|0), (0|0|0), (0|0|0), (0|0|0), (0|0|0), (0|0|0), (0|0|0), (0|0|0), \
SaturdaySunday, (0|1), (0|0), (0|0), (0|0), (0|0), 0, ;

////////////////////
PATTERNS = 2;
////////////////////
0, 3, 2 (N|Any) (E|Any);
1, 2, 2 (None|Friday) (Any|Saturday);

////////////////////
EMPLOYEES 2;
////////////////////
7, 7, full, 1, Nurse;
3, 3, none, 2, Nurse Head;

////////////////////
DAY_OF_WEEK_COVER = 3;
////////////////////
Friday, E, 1;
Friday, N, 2;
Saturday, E, 1;

////////////////////
DATE_SPECIFIC_COVER = 1;
////////////////////
2010-01-01, N, 1;

////////////////////
DAY_OFF_REQUESTS = 1;
////////////////////
7, 2010-01-02, 1;

////////////////////
DAY_ON_REQUESTS = 1;
////////////////////
3, 2010-01-01, 2;

////////////////////
SHIFT_OFF_REQUESTS = 1;
////////////////////
3, 2010-01-05, N, 3;

////////////////////
SHIFT_ON_REQUESTS = 1;
////////////////////
7, 2010-01-01, E, 4;
"""


def ward(contract, days=14, *, first=FRIDAY, people=1, cover=None, requests=(), skills=("Nurse",)):
    """Return a ward in which everybody has one contract; nobody is called for unless stated."""
    if cover is None:
        cover = ((0,) * len(SHIFTS),) * days
    employees = tuple(Employee(str(n), contract, frozenset(skills)) for n in range(people))
    return Instance("toy", first, days, ("Nurse",), SHIFTS, employees, cover, tuple(requests))


def row(text):
    """Read a row of days from letters, a dot being a day off."""
    return ["EN".index(letter) if letter != "." else FREE for letter in text]


def limits(most=5):
    """Draw a limit that may be off."""
    return st.none() | st.builds(Limit, st.integers(0, most), st.integers(1, 4))


entries = st.one_of(
    st.builds(PatternEntry, st.just(EntryKind.SHIFT), st.sampled_from([EARLY, NIGHT])),
    st.builds(PatternEntry, st.sampled_from([EntryKind.ANY, EntryKind.NONE])),
)
friday_off = st.integers(1, 3).map(
    lambda days: (
        PatternEntry(EntryKind.NONE, weekday=4),
        *(PatternEntry(EntryKind.ANY, weekday=(5 + day) % 7) for day in range(days)),
    )
)
patterns = st.builds(
    Pattern,
    st.just("p"),
    st.integers(1, 4),
    st.lists(entries, min_size=2, max_size=3).map(tuple) | friday_off,
)
prices = st.integers(0, 3)
contracts = st.builds(
    Contract,
    st.just("c"),
    st.sampled_from([(5, 6), (4, 5, 6), (5, 6, 0), (4, 5, 6, 0)]),
    limits(8),
    limits(8),
    limits(),
    limits(),
    limits(),
    limits(),
    limits(2),
    limits(2),
    limits(2),
    prices,
    prices,
    prices,
    prices,
    prices,
    st.lists(patterns, max_size=3).map(tuple),
)


@st.composite
def wards(draw, days, people=1):
    """Draw a ward of as many days from any weekday on, with requests; cover is that of a roster."""
    first = FRIDAY + timedelta(days=draw(st.integers(0, 6)))
    drawn = [draw(contracts) for _ in range(people)]
    skills = [draw(st.sampled_from([frozenset(), frozenset({"Nurse"})])) for _ in range(people)]
    worked = st.lists(st.sampled_from([FREE, EARLY, NIGHT]), min_size=days, max_size=days)
    rows = [draw(worked) for _ in range(people)]
    cover = tuple(
        tuple(sum(each[day] == shift for each in rows) for shift in (EARLY, NIGHT))
        for day in range(days)
    )
    requests = draw(
        st.lists(
            st.builds(
                Request,
                st.sampled_from([RequestKind.SHIFT_OFF, RequestKind.SHIFT_ON]),
                st.integers(0, people - 1),
                st.integers(0, days - 1),
                st.integers(1, 4),
                st.sampled_from([EARLY, NIGHT]),
            )
            | st.builds(
                Request,
                st.sampled_from([RequestKind.DAY_OFF, RequestKind.DAY_ON]),
                st.integers(0, people - 1),
                st.integers(0, days - 1),
                st.integers(1, 4),
            ),
            max_size=4,
        )
    )
    employees = tuple(
        Employee(str(number), contract, skills[number]) for number, contract in enumerate(drawn)
    )
    made = Instance("toy", first, days, ("Nurse",), SHIFTS, employees, cover, tuple(requests))
    return made, rows
