"""Rows of a channel as arrays. Rows that cannot be trained on are refused with the reason."""

from pathlib import Path

import duckdb
import numpy as np
from mainspring_trainer import Columns, Exit, Failed


def read(name: str, files: list[Path], columns: Columns, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Features as float32, in the order of the model's input, and labels 0 or 1. Row order is that of the files."""
    try:
        source = duckdb.connect(config={"threads": threads}).read_parquet([str(file) for file in files])
    except duckdb.Error as error:
        raise _bad(name, f"cannot be read: {_first_line(error)}") from error
    wanted = [*columns.features, columns.label]
    for column in wanted:
        if column not in source.columns:
            raise _bad(name, f'has no column "{column}"; it has {", ".join(source.columns)}')
    try:
        # A text that is not a number is noticed only when the rows are read.
        table = source.select(*(duckdb.ColumnExpression(column).cast("FLOAT") for column in wanted)).fetchnumpy()
    except duckdb.Error as error:
        raise _bad(name, f"cannot be read as numbers: {_first_line(error)}") from error
    arrays = [np.ma.filled(values, np.nan) for values in table.values()]
    features, label = np.column_stack(arrays[:-1]), arrays[-1]
    for column, values in zip(columns.features, arrays[:-1], strict=True):
        if np.isinf(values).any():
            raise _bad(name, f'has an infinite value in "{column}"')
    values, counts = np.unique(label, return_counts=True)
    if values.tolist() != [0, 1]:
        found = dict(zip(values[:5].tolist(), counts[:5].tolist(), strict=True))
        raise _bad(name, f'needs labels 0 and 1 in "{columns.label}", found {found or "no rows"}')
    return features, label


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def _bad(channel: str, problem: str) -> Failed:
    return Failed(Exit.DATA, f'channel "{channel}" {problem}: correct features.set, features.sql or the data')
