"""Many histories with a progress bar, for an evening: `make soak`. Ends at the first failure and prints its seed."""

from __future__ import annotations

import argparse
import logging
import random
import sys

from tqdm import tqdm

from soi_dialer.clock import monotonic
from tests.simulation.history import Theatre
from tests.simulation.stage import room_for_histories


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.simulation")
    wanted.add_argument("--histories", type=int, default=1_000_000)
    wanted.add_argument("--first", type=int, default=random.SystemRandom().randrange(2**40), help="the first seed")
    wanted.add_argument("--seed", type=int, help="play only this one")
    given = wanted.parse_args()
    logging.disable(logging.CRITICAL)
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.histories)
    started, played = monotonic(), 0
    try:
        for _ in _play(seeds):
            played += 1
    except AssertionError as error:
        print(f"\n{error}\nplay it again: python -m tests.simulation --seed {seeds[played]}", file=sys.stderr)
        return 1
    print(f"{played} histories, {played / (monotonic() - started):.0f} a second; every promise held")
    return 0


def _play(seeds):
    with room_for_histories() as directory:
        theatre = Theatre(directory)
        for seed in tqdm(seeds, unit="history", disable=None):
            theatre.play(seed)
            yield seed


if __name__ == "__main__":
    raise SystemExit(main())
