"""Run all tasks, print the table and store it: `python -m bench`, a tenth of it with `--quick`."""

import argparse
import os
import sys

from . import peers


def main():
    """Prepare the peers, and go on in the environment that has them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    parser.add_argument("--prepared", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.prepared:
        python = str(peers.prepare())
        os.execv(python, [python, "-m", "bench", "--prepared", *sys.argv[1:]])
    measure(0.1 if given.quick else 1)


def measure(scale):
    """Time everything; each row is printed as soon as it is known."""
    from scalelab import jit

    from . import caches, placements, processes, report, simulations

    size = scale if jit.compiled else scale / 100
    print(report.head())
    rows = []
    for group in (simulations, caches, placements, processes):
        for row in group.rows(size):
            print(report.line(row), flush=True)
            rows.append(row)
    imports, calls = processes.import_times(), processes.first_calls()
    print("", *report.costs(imports, calls), sep="\n")
    report.store(rows, imports, calls, scale)
    missed = sum(row.met is False for row in rows)
    print(f"\n{len(rows)} rows, {missed} missed; stored in {report.STORED}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted: the results of the last run are stored as they were.")
