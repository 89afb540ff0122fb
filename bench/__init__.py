"""How fast and how large, as ratios to baselines taken in the same run: `python -m bench`. Never part of the tests."""
