"""The floor: Polars reads the file as text and writes it again. No rules, no placements.

python -m peers.polars_copy CONTACTS OUT
"""

import sys

import polars as pl

if __name__ == "__main__":
    pl.read_csv(sys.argv[1], infer_schema=False).write_csv(sys.argv[2])
