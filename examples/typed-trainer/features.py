"""Typed feature columns: read from Parquet, encoded as one float32 matrix, and exported as ONNX nodes that
encode alike.

Strings become one column for each text of the train rows; other types become one column each. A text that the
train rows did not have gives zeros in all of its columns, and so does a missing text ("").
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from mainspring_trainer import Exit, Failed, Input, Job

Columns = dict[str, np.ndarray]


def read(job: Job, channel: str) -> tuple[Columns, np.ndarray] | None:
    """Feature columns by name, and the label as float64; None if the job has no such channel."""
    files = [str(file) for file in job.channel(channel)]
    if not files:
        return None
    inputs, label = job.signature.inputs, job.columns.label
    wanted = [_sql(given) for given in inputs] + [f'"{label}"::double as "{label}"']
    try:
        rows = duckdb.connect(config={"threads": job.cpus}).read_parquet(files)
        table = rows.select(", ".join(wanted)).fetchnumpy()
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        raise Failed(Exit.DATA, f'channel "{channel}" cannot be read: {problem}: correct features.sql') from error
    arrays = {name: np.ma.filled(values, np.nan) for name, values in table.items()}
    return {given.name: arrays[given.name] for given in inputs}, arrays[label]


def _sql(given: Input) -> str:
    column = f'"{given.name}"'
    return f"coalesce({column}, '') as {column}" if given.type == "string" else f"{column}::float as {column}"


@dataclass(frozen=True)
class Encoder:
    inputs: list[Input]
    texts: dict[str, list[str]]  # texts of each string feature, in order

    @classmethod
    def of(cls, inputs: list[Input], columns: Columns) -> "Encoder":
        strings = [given.name for given in inputs if given.type == "string"]
        texts = {name: sorted(set(columns[name].tolist()) - {""}) for name in strings}
        for name, found in texts.items():
            if not found:
                raise Failed(Exit.DATA, f'feature "{name}" has no text in the train rows: correct features.sql')
        return cls(inputs, texts)

    def matrix(self, columns: Columns) -> np.ndarray:
        parts = [self._part(given, columns[given.name]) for given in self.inputs]
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def _part(self, given: Input, values: np.ndarray) -> np.ndarray:
        if given.type == "string":
            return np.stack([values == text for text in self.texts[given.name]], axis=1)
        return values[:, np.newaxis]

    def onnx(self, output: str) -> tuple[list, list]:
        """Inputs of the graph, one for each feature, and the nodes that compute the matrix `output` from them.
        """
        from onnx import TensorProto, helper

        types = {"float32": "FLOAT", "float64": "DOUBLE", "int64": "INT64", "bool": "BOOL", "string": "STRING"}
        graph_inputs, nodes, parts = [], [], []
        for given in self.inputs:
            # A missing value is NaN, which only float types can hold.
            wide = given.nullable and given.type in ("int64", "bool")
            kind = getattr(TensorProto, "DOUBLE" if wide else types[given.type])
            graph_inputs.append(helper.make_tensor_value_info(given.name, kind, [None, 1]))
            part = f"{given.name}/part"
            if given.type == "string":
                one_hot = f"{given.name}/one_hot"
                texts = self.texts[given.name]
                nodes.append(
                    helper.make_node("OneHotEncoder", [given.name], [one_hot], domain="ai.onnx.ml", cats_strings=texts)
                )
                nodes.append(helper.make_node("Flatten", [one_hot], [part], axis=1))
            else:
                nodes.append(helper.make_node("Cast", [given.name], [part], to=TensorProto.FLOAT))
            parts.append(part)
        return graph_inputs, [*nodes, helper.make_node("Concat", parts, [output], axis=1)]
