"""The three tiers without numba, beside SimPy: `python -m bench.plain REQUESTS`, in a child."""

import json
import sys

sys.modules["numba"] = None

from .contest import Side, rates  # noqa: E402
from .simulations import network, network_in_simpy  # noqa: E402

if __name__ == "__main__":
    count = int(sys.argv[1])
    reached, _ = rates([Side(network, 3 * count), Side(network_in_simpy, count)])
    print(json.dumps(reached))
