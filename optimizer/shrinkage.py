"""Shrinkage: the share of paid time in which nobody is on duty, whole or in two parts.

Who is out of office (holidays, sickness, training days) does not come at all; of those who came,
some are in the office and not on duty (breaks, meetings, coaching). The one is taken off what the
other leaves: of all paid time, 1 - (1 - in office)(1 - out of office) is lost.
"""

import math

USUAL = 0.30


def whole_shrinkage(
    whole: float | None, in_office: float | None, out_of_office: float | None
) -> float:
    """Return the share of paid time not on duty, from whichever way it was given.

    Parameters
    ----------
    whole
        The share as one number; None for `USUAL`, or for what the two parts say.
    in_office, out_of_office
        The two parts, each a share of the time that the other leaves; both or neither.

    Raises
    ------
    ValueError
        When a share is not in [0, 1), one part lacks the other, or they contradict the whole.

    Examples
    --------
    >>> round(whole_shrinkage(None, 0.2, 0.1), 6)
    0.28
    """
    for name, share in (
        ("shrinkage", whole),
        ("shrinkage_in_office", in_office),
        ("shrinkage_out_of_office", out_of_office),
    ):
        if share is not None and not 0 <= share < 1:
            raise ValueError(f"{name} must be at least 0 and below 1.")
    if in_office is None and out_of_office is None:
        return USUAL if whole is None else whole
    if in_office is None or out_of_office is None:
        missing = "shrinkage_in_office" if in_office is None else "shrinkage_out_of_office"
        raise ValueError(
            f"{missing} is missing: shrinkage_in_office and shrinkage_out_of_office go together; "
            "give 0 where there is none."
        )
    found = 1 - (1 - in_office) * (1 - out_of_office)
    if whole is not None and not math.isclose(whole, found, abs_tol=1e-12):
        raise ValueError(
            f"shrinkage is {whole:g}, but {in_office:g} in office and {out_of_office:g} out of "
            f"office make {found:.4g}; give one or the other."
        )
    return found
