"""What pyworkforce says of hours of a floor; runs in an environment of its own.

``python staffing_peers.py HOURS OUT`` reads ``volume,handling_minutes,servers,within_minutes`` and
writes ``service_level``, a row per hour. An hour with more work than servers has no Erlang C: it
is written as 0, as the formula's limit is.
"""

import sys

import pandas as pd


def service_level(volume: float, handling: float, servers: int, within: float) -> float:
    from pyworkforce.queuing import ErlangC

    if volume * handling / 60 >= servers:
        return 0.0
    floor = ErlangC(transactions=volume, aht=handling, asa=within, interval=60)
    return floor.service_level(positions=servers)


if __name__ == "__main__":
    hours = pd.read_csv(sys.argv[1])
    rows = zip(
        hours["volume"],
        hours["handling_minutes"],
        hours["servers"],
        hours["within_minutes"],
        strict=True,
    )
    levels = [service_level(*row) for row in rows]
    pd.DataFrame({"service_level": levels}).to_csv(sys.argv[2], index=False)
