"""M/M/s+M by SimPy and by Ciw; runs in an environment of its own.

``python simulation_peers.py SERVERS PER_MINUTE SERVICE PATIENCE CUSTOMERS OUT`` writes for each its
CPU seconds, without imports, and the share of customers who gave up. Times are in minutes.
"""

import json
import random
import sys
import time
from pathlib import Path


def by_simpy(
    servers: int, per_minute: float, service: float, patience: float, customers: int
) -> tuple[float, float]:
    import simpy

    draw = random.Random(1)
    gone = 0

    def customer(env, desk):
        nonlocal gone
        with desk.request() as turn:
            outcome = yield turn | env.timeout(draw.expovariate(1 / patience))
            if turn in outcome:
                yield env.timeout(draw.expovariate(1 / service))
            else:
                gone += 1

    def arrivals(env, desk):
        for _ in range(customers):
            yield env.timeout(draw.expovariate(per_minute))
            env.process(customer(env, desk))

    begun = time.process_time()
    env = simpy.Environment()
    env.process(arrivals(env, simpy.Resource(env, servers)))
    env.run()
    return time.process_time() - begun, gone / customers


def by_ciw(
    servers: int, per_minute: float, service: float, patience: float, customers: int
) -> tuple[float, float]:
    import ciw

    ciw.seed(1)
    begun = time.process_time()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(per_minute)],
        service_distributions=[ciw.dists.Exponential(1 / service)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / patience)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    seconds = time.process_time() - begun
    kinds = [record.record_type for record in simulation.get_all_records()]
    return seconds, kinds.count("renege") / len(kinds)


if __name__ == "__main__":
    reps, count = int(sys.argv[1]), int(sys.argv[5])
    rates = [float(word) for word in sys.argv[2:5]]
    made = {
        name: dict(zip(("cpu_s", "abandoned"), run(reps, *rates, count), strict=True))
        for name, run in (("SimPy", by_simpy), ("Ciw", by_ciw))
    }
    Path(sys.argv[6]).write_text(json.dumps(made))
