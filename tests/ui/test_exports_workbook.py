"""The workbook is opened as a manager opens it, and its numbers and formulas are recounted."""

import io
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest

from tests.ui.sample_plan import TEAM, sample_plan
from ui.exports.cells import escape_cell
from ui.exports.workbook import roster_xlsx
from ui.plan_folder import plan_hash

SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)


def opened(plan, values=True):
    return openpyxl.load_workbook(io.BytesIO(roster_xlsx(plan)), data_only=values)


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


@pytest.fixture(scope="module")
def book(plan):
    return opened(plan)


@pytest.fixture(scope="module")
def formulas(plan):
    return opened(plan, values=False)


def grid_of(sheet):
    """Read a grid as {row label: {heading: text}}."""
    names = [cell.value and cell.value.replace("\n", " ") for cell in sheet[4]]
    return {
        row[0].value: dict(zip(names, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=5)
        if row[0].value
    }


def test_sheets_stand_in_the_order_of_use(book):
    """The roster is what the manager opens it for; the rest explains it."""
    assert book.sheetnames == ["Roster", "Net", "Coverage", "List", "Findings", "Settings"]


def test_the_grid_shows_each_rep_in_own_time_and_role(book):
    """A rep reads the own row by the clock on the own wall."""
    grid = grid_of(book["Roster"])
    assert grid["Ada"]["Mon 23 Mar"] == "live 08–16 P"
    assert grid["'=HYPERLINK(0)"]["Mon 23 Mar"] == "live 05–09 C\nlive 09:30–15:30 P"
    assert grid["Chloé O'Neil"]["Tue 24 Mar"] == "live 08–16 P"
    assert grid["Chloé O'Neil"]["Mon 23 Mar"] is None
    assert grid["Dan Unused"]["Mon 23 Mar"] is None
    assert grid["Ada"]["Zone"] == "Europe/Dublin"


def test_hours_follow_the_clock_change_of_the_reps_own_zone(book):
    """Dublin went forward on 29 March, so the same instants are an hour later on the wall."""
    grid = grid_of(book["Roster"])
    assert grid["Ada"]["Sun 29 Mar"] == "live 09–17 P"
    assert grid["'=HYPERLINK(0)"]["Sun 29 Mar"] == "live 09:30–15:30 P"
    autumn = grid_of(opened(sample_plan(AUTUMN))["Roster"])
    assert autumn["Ada"]["Sat 24 Oct"] == "live 09–17 P"
    assert autumn["Ada"]["Sun 25 Oct"] == "live 08–16 P"


def test_every_assignment_stands_in_the_grid_once(plan, book):
    """Recount: nobody's shift is lost or doubled on the way to paper."""
    grid = grid_of(book["Roster"])
    texts = [
        line
        for rep in TEAM.reps
        for name, text in grid[escape_cell(rep.name)].items()
        if name and re.match(r"\w{3} \d+ \w{3}$", name) and text
        for line in text.split("\n")
    ]
    assert len(texts) == len(plan.roster.assignments)
    for letter, role in (("P", "primary"), ("C", "on_call")):
        wanted = sum(one.shift.role == role for one in plan.roster.assignments)
        assert sum(text.endswith(f" {letter}") for text in texts) == wanted


def test_hours_are_summed_by_role(plan, book, formulas):
    """Contract hours are judged by the primary sum; standby counts apart."""
    grid = grid_of(book["Roster"])
    for rep in TEAM.reps:
        for role, heading in (("primary", "Primary hours"), ("on_call", "On-call hours")):
            hours = sum(
                one.shift.hours
                for one in plan.roster.assignments
                if (one.rep_id, one.shift.role) == (rep.rep_id, role)
            )
            assert grid[escape_cell(rep.name)][heading] == hours
    assert grid["Sum"]["Primary hours"] == 7 * (8 + 6 + 8)
    assert grid_of(formulas["Roster"])["Sum"]["Primary hours"].startswith("=SUM(")


def test_shifts_without_a_rep_are_shown_below_the_grid(book):
    """A gap must be seen where the roster is read."""
    grid = grid_of(book["Roster"])
    assert grid["Nobody yet"]["Mon 23 Mar"] == "1 × live 10–14 C\n1 × normal 09–17 P"
    assert grid["Nobody yet"]["Sun 29 Mar"].startswith("2 × live 11–15 C")


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [30, 60])
def test_coverage_lists_every_interval_and_its_net(start, minutes):
    """Recount of net, under and over from the counts beside them, on both clock changes."""
    made = sample_plan(start, interval_minutes=minutes)
    sheet = opened(made)["Coverage"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert len(rows) == len(made.coverage)
    hours = 7 * 24 + (-1 if start == SPRING else 1)
    assert len(rows) == 2 * hours * 60 // minutes
    for row in rows:
        required, on_call_required, primary, on_call, net, both, under, over = row[2:]
        assert net == primary - required
        assert both == primary + on_call - required - on_call_required
        assert under == max(0, -net, -both)
        assert over == max(0, primary - required - on_call_required)
    assert rows[0][1] == datetime(start.year, start.month, start.day)
    assert sheet["I3"].value == made.coverage["understaffing"].sum() * minutes / 60
    assert sheet["J3"].value == made.coverage["overstaffing"].sum() * minutes / 60


def evaluate(formula, cells):
    """Work out the few formulas that the sheets use, from the cells of the sheet *Coverage*."""
    text = formula.removeprefix("=").replace("Coverage!", "")
    spread = re.sub(
        r"([A-J])(\d+):([A-J])(\d+)",
        lambda found: ",".join(
            f"{chr(column)}{row}"
            for column in range(ord(found[1]), ord(found[3]) + 1)
            for row in range(int(found[2]), int(found[4]) + 1)
        ),
        text,
    )
    names = set(re.findall(r"\b[A-J]\d+\b", spread))
    values = {name: cells(name) for name in names}
    spread = re.sub(r"(?<![<>])=(?!=)", "==", spread)
    functions = {
        "SUM": lambda *parts: sum(parts),
        "MIN": lambda *parts: min(parts),
        "MAX": lambda *parts: max(parts),
        "IF": lambda test, yes, no: yes if test else no,
        "SUBTOTAL": lambda _, *parts: sum(parts),
    }
    return eval(spread, {"__builtins__": {}}, functions | values)


@pytest.mark.parametrize(("start", "minutes"), [(SPRING, 60), (AUTUMN, 30)])
def test_live_formulas_give_the_numbers_that_are_stored(start, minutes):
    """Without it a viewer that does not calculate would show other numbers than Excel."""
    made = sample_plan(start, interval_minutes=minutes)
    stored, live = opened(made), opened(made, values=False)

    def cell(name):
        return stored["Coverage"][name].value

    seen = 0
    for sheet in ("Coverage", "Net"):
        for found in (found for row in live[sheet].iter_rows() for found in row):
            if found.data_type == "f":
                kept = stored[sheet][found.coordinate].value
                assert evaluate(found.value, cell) == ("" if kept is None else kept), found
                seen += 1
    assert seen > 4 * len(made.coverage)


def test_the_heatmap_shows_the_worst_interval_of_each_hour():
    """An hour with one bad quarter must not look fine; the 25-hour day folds its double hour."""
    made = sample_plan(AUTUMN, interval_minutes=30)
    sheet = opened(made)["Net"]
    rows = {}
    for row in sheet.iter_rows(min_row=5, values_only=True):
        if row[0] and ":" in row[0]:
            block = rows.setdefault(row[0], {})
        elif row[0]:
            block[row[0]] = row[1:25]
    assert list(rows) == [
        f"{queue}: {kind}"
        for queue in ("live", "normal")
        for kind in ("primary − required", "both tiers − required")
    ]
    table = made.coverage[made.coverage["queue"] == "live"].copy()
    local = table["interval_start"].dt.tz_convert(made.timezone)
    table["net"] = table["primary"] - table["required_primary"]
    counts = ["required_primary", "required_on_call", "primary", "on_call"]
    for (day, hour), of_hour in table.groupby([local.dt.date, local.dt.hour]):
        shown = rows["live: primary − required"][f"{day:%a} {day.day} {day:%b}"][hour]
        if of_hour[counts].to_numpy().sum() == 0:
            assert not shown
        else:
            assert shown == of_hour["net"].min()
    assert len(table[(local.dt.date == date(2026, 10, 25)) & (local.dt.hour == 1)]) == 4


def test_a_skipped_hour_is_empty(book):
    """On 29 March there is no 01:00 in Dublin."""
    rows = [row for row in book["Net"].iter_rows(values_only=True) if row[0] == "Sun 29 Mar"]
    assert len(rows) == 4
    assert all(row[2] is None for row in rows)


def test_colours_are_live_and_numbers_carry_a_sign(book):
    """Colour alone does not reach every eye, and must follow a changed number."""
    for name in ("Net", "Coverage"):
        rules = [
            rule
            for area in book[name].conditional_formatting
            for rule in area.rules
            if rule.type == "colorScale"
        ]
        assert rules
        for rule in rules:
            red, _, blue = (colour.rgb for colour in rule.colorScale.color)
            assert (red[2:], blue[2:]) == ("E58368", "7FB2D5")
            low, middle, high = (float(stop.val) for stop in rule.colorScale.cfvo)
            assert middle == 0
            assert low == -high
    assert book["Coverage"]["G13"].number_format == "+0;-0;0"
    assert book["Net"]["B6"].number_format == "+0;-0;0"
    assert {rule.type for area in book["Roster"].conditional_formatting for rule in area.rules} == {
        "expression",
        "notContainsBlanks",
    }


def test_tables_can_be_filtered_read_and_printed(book):
    """Long tables need filters and headings that stay, on screen and on paper."""
    for name in ("Coverage", "List", "Findings"):
        assert book[name].auto_filter.ref is not None
    for sheet in book:
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$4:$4"
        assert "2026-03-23" in sheet.oddFooter.left.text


def test_nothing_from_outside_becomes_a_formula(formulas):
    """Names and reasons come from people; =HYPERLINK in one of them must not run."""
    for name in ("Roster", "List", "Findings", "Settings"):
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith("=SUM(")
                elif isinstance(cell.value, str):
                    assert cell.value[:1] not in "=+-@\t\r" or cell.value == ""


def test_settings_say_what_the_plan_was_made_from(plan, book):
    """Whoever holds the sheet can find the plan in git, and see whether it is the same."""
    facts = {row[0]: row[1] for row in book["Settings"].iter_rows(min_row=5, values_only=True)}
    assert facts["Hash of the plan"] == plan_hash(plan)
    assert facts["Data until"] == "2026-03-22T11:00:00+00:00"
    assert facts["Shifts"] == "FEASIBLE, cost 120.50, gap 1.87%"
    assert facts["staffcast.toml"] == "[calendar]"


def test_the_same_plan_gives_the_same_bytes(book):
    """Solve times and the clock stay out, so a plan folder repeats."""
    assert roster_xlsx(sample_plan(seconds=1.0)) == roster_xlsx(sample_plan(seconds=99.0))
    assert book.properties.created.replace(tzinfo=UTC) == datetime(2026, 3, 22, 11, tzinfo=UTC)
    assert book.properties.modified == book.properties.created


def test_a_plan_without_a_team_shows_its_shifts():
    """It has nobody to name, and says so instead of showing an empty grid."""
    made = sample_plan(AUTUMN, team=None)
    sheets = opened(made)
    assert sheets.sheetnames == ["Shifts", "Net", "Coverage", "List", "Settings"]
    sheet = sheets["Shifts"]
    assert "No team was given" in sheet["A2"].value
    total = sum(
        cell
        for row in sheet.iter_rows(min_row=5, min_col=4, max_col=10, values_only=True)
        for cell in row
        if cell
    )
    assert total == sum(staffed.reps for staffed in made.shift_plan.shifts)
    hours = sum(staffed.reps * staffed.shift.hours for staffed in made.shift_plan.shifts)
    assert grid_of(sheet)["Sum"]["Rep- hours"] == hours


def test_a_plan_with_one_queue_does_not_repeat_its_name():
    """With one queue a cell is as short as it can be: 08–16 P."""
    made = sample_plan(queues=("live",))
    assert grid_of(opened(made)["Roster"])["Ada"]["Mon 23 Mar"] == "08–16 P"
