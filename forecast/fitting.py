"""Fitting a model of statsmodels whose doubts about the fit are no fault of anybody."""

import warnings
from typing import Any


def fit_quietly(model: Any, most_steps: int) -> Any:
    """Return a fitted model; where its search began and whether it was done is not warned of.

    Parameters
    ----------
    model
        Of time series, fitted by maximum likelihood.
    most_steps
        Of the search; what it has reached by then is near enough to forecast from.
    """
    with warnings.catch_warnings():
        # statsmodels derives ConvergenceWarning from it too.
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(disp=False, maxiter=most_steps)
