"""A new workspace starts from what an export records, and says what it rests on."""

import pytest

from data.conversations import Conversations
from data.samples import sample_conversations_path
from data.sources import read_conversations
from optimizer.concurrency import Handling
from ui.settings import Settings, parse_settings
from ui.starting import LEARNT_FROM, guess_handling, settings_text
from ui.workspaces import read_volume


@pytest.fixture(scope="module")
def recent() -> Conversations:
    """The sample team's last half year, of which two hold four and six at once."""
    table = read_conversations([sample_conversations_path()]).table
    since = table["created_at"].max() - LEARNT_FROM
    return Conversations(table[table["created_at"] >= since])


def without(known: Conversations, *columns: str) -> Conversations:
    """Return the same of an export that lacks some columns."""
    return Conversations(known.table.drop(columns=list(columns)))


def test_handling_is_learnt_where_who_held_what_is_recorded(recent):
    """Concurrency and patience are then seen, not usual values."""
    guesses = guess_handling(recent)
    assert {name: guess.handling.concurrency for name, guess in guesses.items()} == {
        "live": 4,
        "normal": 6,
    }
    for guess in guesses.values():
        assert guess.basis.startswith("learnt from your last half year")
        assert guess.handling.patience_minutes != Handling.patience_minutes


def test_means_stand_where_it_is_not_recorded_who_held_what(recent):
    """Messages and times are still better than usual values; customers who left count too."""
    learnt, means = guess_handling(recent), guess_handling(without(recent, "rep_id"))
    assert {guess.basis for guess in means.values()} == {"means of your conversations"}
    for name, guess in means.items():
        for key in ("writing_minutes", "customer_reply_minutes"):
            known = getattr(learnt[name].handling, key)
            assert getattr(guess.handling, key) == pytest.approx(known, rel=0.03)
        assert guess.handling.rep_messages < learnt[name].handling.rep_messages


def test_nothing_is_guessed_without_times_of_messages(recent):
    """What would have to be fitted is left to the command that says how surely."""
    assert guess_handling(without(recent, "writing_s")) == {}


def test_settings_to_begin_with_can_be_read_and_hold_what_was_learnt(recent):
    """Three digits of it, and spreads that are not exponential."""
    histories = read_volume(recent, Settings()).histories
    guesses = guess_handling(recent)
    text = settings_text(histories, "Europe/Dublin", guesses)
    for name, queue in parse_settings(text).queues.items():
        for key in ("concurrency", "rep_messages", "writing_minutes", "patience_minutes"):
            known = getattr(guesses[name].handling, key)
            assert getattr(queue.handling, key) == pytest.approx(known, rel=0.006)
