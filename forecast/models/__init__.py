"""The forecasting models by name, each imported when it is first used."""

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Protocol, cast

from data.errors import InputError
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

YARDSTICK = "seasonal_naive"
# What a planner could do by hand: no comparison without them.
ALWAYS_COMPARED = (YARDSTICK, "average_4_weeks", "average_8_weeks")

MODELS = {
    "auto": "forecast.models.auto",
    "seasonal_naive": "forecast.models.seasonal_naive",
    "average_4_weeks": "forecast.models.average_4_weeks",
    "average_8_weeks": "forecast.models.average_8_weeks",
    "median_of_six": "forecast.models.median_of_six",
    "robust_profile": "forecast.models.robust_profile",
    "recent_profile": "forecast.models.recent_profile",
    "mean_profile": "forecast.models.mean_profile",
    "top_down": "forecast.models.top_down",
    "poisson_glm": "forecast.models.poisson_glm",
    "negative_binomial_glm": "forecast.models.negative_binomial_glm",
    "mstl": "forecast.models.mstl",
    "harmonic_regression": "forecast.models.harmonic_regression",
    "sarima": "forecast.models.sarima",
    "prophet": "forecast.models.prophet",
    "lightgbm": "forecast.models.lightgbm",
}


class ForecastModel(Protocol):
    """What a model is: from a history to a distribution of every interval of the horizon."""

    def __call__(
        self,
        history: VolumeHistory,
        horizon: int,
        probabilities: Sequence[float] = PROBABILITIES,
    ) -> VolumeForecast:
        """Forecast `horizon` intervals from the end of the history."""


class JointModel(Protocol):
    """What a model offers besides when it learns from several queues at once."""

    def __call__(
        self,
        histories: Sequence[VolumeHistory],
        horizon: int,
        probabilities: Sequence[float] = PROBABILITIES,
    ) -> tuple[VolumeForecast, ...]:
        """Forecast every queue from the end of its history, in the order given."""


def model_names() -> tuple[str, ...]:
    """Return the names of the models, `auto` first."""
    return tuple(MODELS)


def load_model(name: str) -> ForecastModel:
    """Return the model of this name; its libraries are imported now.

    Raises
    ------
    InputError
        When there is no such model.
    """
    check_model(name)
    return cast(ForecastModel, import_module(MODELS[name]).forecast)


def load_joint_model(name: str) -> JointModel | None:
    """Return what forecasts several queues at once by this model, None when each is on its own.

    Raises
    ------
    InputError
        When there is no such model.
    """
    check_model(name)
    return cast(JointModel | None, getattr(import_module(MODELS[name]), "forecast_all", None))


def check_model(name: str) -> None:
    """Refuse a name that no model has.

    Raises
    ------
    InputError
        When there is no such model.
    """
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"model {name!r} is unknown; {hint}choose one of {', '.join(MODELS)}")
