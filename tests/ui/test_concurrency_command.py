"""What ``staffcast concurrency`` tells is what the model says, for volume given or expected."""

import pandas as pd
import pytest

from tests.ui.opening import make_workspace
from tests.ui.workspaces import volumes

INBOX = """
[queues.inbox]
opening = { Mon-Fri = "08:00-18:00" }

[queues.inbox.handling]
concurrency = 6
rep_messages = 4
writing_minutes = 0.5
customer_reply_minutes = 8

[queues.inbox.service]
within_seconds = 900
"""


@pytest.fixture
def workspace(tmp_path):
    """A workspace of a chat queue."""
    return make_workspace(tmp_path / "team")


def _with_inbox(folder):
    path = folder / "staffcast.toml"
    path.write_text(path.read_text() + INBOX)
    return folder


def test_the_curve_for_a_given_volume_is_told_and_written(staffcast, workspace):
    """A planner who asks what if 60 an hour came needs no history for it."""
    settings = workspace / "staffcast.toml"
    text = settings.read_text()
    settings.write_text(
        text.replace("concurrency = 3", "concurrency = 4")
        .replace("rep_messages = 6", "rep_messages = 8")
        .replace("writing_minutes = 1.0", "writing_minutes = 0.75")
        .replace("customer_reply_minutes = 3.0", "customer_reply_minutes = 4.0")
    )
    ended = staffcast("concurrency", workspace, "--volume", 60, "--out", "curve.csv")
    assert ended.status == 0, ended.err
    assert "11 reps keep the promise" in ended.out
    assert "with 5 conversations at once; the 4 that are set take 12 reps" in ended.out
    assert "Counted by pick-up it would take 7 reps with 7 at once" in ended.out
    assert "at most 10 conversations an hour" in ended.out
    assert "conversations_per_hour = 6.289 at 4 at once, solo_minutes = 34" in ended.out
    curve = pd.read_csv("curve.csv")
    assert curve["concurrency"].tolist() == list(range(1, 11))
    assert curve.loc[curve["recommended"] == 1, "concurrency"].tolist() == [5]
    assert curve["first_reply"].iloc[4] == 11
    assert curve["abandonment"].between(0, 0.2).all()
    assert "of the customers give up" not in ended.out
    crowded = workspace / "crowded"
    crowded.mkdir()
    (crowded / "staffcast.toml").write_text(
        settings.read_text() + '\n[queues.live.service]\nclock = "pick_up"\ntarget = 0.5\n'
    )
    assert "of the customers give up" in staffcast("concurrency", crowded, "--volume", 60).out


def test_more_at_once_than_pay_may_even_take_more_reps(staffcast, workspace):
    """Who is picked up sooner does not give up, and has to be served: then more is not the same."""
    settings = workspace / "staffcast.toml"
    settings.write_text(
        settings.read_text()
        .replace("concurrency = 3", "concurrency = 5")
        .replace("rep_messages = 6", "rep_messages = 5.5\npatience_minutes = 4")
        .replace("writing_minutes = 1.0", "writing_minutes = 1.47")
        .replace("customer_reply_minutes = 3.0", "customer_reply_minutes = 1.6")
        + "\n[queues.live.service]\ntarget = 0.7\nwithin_seconds = 537\n"
    )
    said = staffcast("concurrency", workspace, "--volume", 68).out
    assert "with 2 conversations at once; the 5 that are set take 11 reps" in said
    assert "of the customers give up before a rep takes them" in said


def test_without_a_volume_it_is_the_busiest_hour_of_the_coming_week(staffcast, workspace):
    """Staff is short in the peak, so that is where more at once must show."""
    ended = staffcast("concurrency", workspace, "--out", "curve.csv")
    assert ended.status == 0, ended.err
    assert "the busiest of the week" in ended.out
    expected = volumes(6).assign(ds=lambda rows: pd.to_datetime(rows["ds"], utc=True))
    by_hour = expected.groupby([expected["ds"].dt.day_of_week, expected["ds"].dt.hour])["y"].mean()
    asked = pd.read_csv("curve.csv")["contacts_per_hour"].iloc[0]
    assert asked == pytest.approx(by_hour.max(), rel=0.25)


def test_two_queues_are_held_against_each_other(staffcast, workspace):
    """The pace of live by that of the inbox stands beside what the planner takes it to be."""
    _with_inbox(workspace)
    ended = staffcast("concurrency", workspace, "--volume", 30, "--share", 0.5)
    assert ended.status == 0, ended.err
    assert "A rep on live completes" in ended.out
    assert "that a rep on inbox would at the same volume" in ended.out
    assert "At 50% it would be" in ended.out
    assert "A rep on inbox completes" not in ended.out


def test_a_queue_that_nobody_writes_to_is_said_to_be_silent(staffcast, workspace):
    """The settings name a queue that the history does not have; the others are still told."""
    ended = staffcast("concurrency", _with_inbox(workspace))
    assert ended.status == 0, ended.err
    assert "inbox: no contacts are expected." in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--queue", "lve"), "--queue: found 'lve'; the settings name live"),
        (("--volume", 0), "--volume: found 0; give contacts an hour"),
        (("--share", 1.5), "--share: found 1.5"),
        (("--out", "team/staffcast.toml"), "team/staffcast.toml: is also read"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(staffcast, workspace, words, message):
    """In one line, with what was found and the mend."""
    ended = staffcast("concurrency", workspace, *words)
    assert ended.status == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1


def test_reps_on_the_phone_hold_one_call(staffcast, workspace):
    """Advice to hold five calls at once would be nonsense."""
    settings = workspace / "staffcast.toml"
    settings.write_text(
        settings.read_text().replace("[queues.live]", '[queues.live]\nchannel = "phone"')
    )
    ended = staffcast("concurrency", workspace, "--volume", 10)
    assert ended.status == 0, ended.err
    assert "Reps work one call at a time" in ended.out
    assert "Reps on duty, by conversations at once" not in ended.out


def test_e_mails_are_answered_one_after_the_other(staffcast, workspace):
    """Their concurrency counts for nothing, so only what hands complete is told."""
    inbox = INBOX.replace("[queues.inbox]", '[queues.inbox]\nchannel = "email"')
    path = workspace / "staffcast.toml"
    path.write_text(path.read_text() + inbox)
    ended = staffcast("concurrency", workspace, "--volume", 10, "--queue", "inbox")
    assert ended.status == 0, ended.err
    assert "conversations at once are no question on inbox" in ended.out
    assert "at most 30 conversations an hour" in ended.out
    assert "conversations_per_hour" not in ended.out
    assert "What a rep completes" not in ended.out
    live = staffcast("concurrency", workspace, "--volume", 10, "--queue", "live")
    assert "of the 25.5 that a rep on inbox would" in live.out
