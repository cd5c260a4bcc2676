"""The checks of checks.json over the files of argv, in pandas. Prints one line of JSON."""

import json
import pathlib
import sys
import time

import pandas as pd

flights_path, airports_path = sys.argv[1:3]
declared = json.loads((pathlib.Path(__file__).parent / "checks.json").read_text())
is_type = {
    "timestamp": pd.api.types.is_datetime64_any_dtype,
    "int": pd.api.types.is_integer_dtype,
    "string": pd.api.types.is_string_dtype,
}

started = time.perf_counter()
cpu_started = time.process_time()
flights = pd.read_parquet(flights_path)
airports = pd.read_parquet(airports_path)
rows = len(flights)
results = {}
for name, wanted in declared["columns"].items():
    results[f"column({name})"] = name in flights.columns and is_type[wanted](flights[name])
for frame in (flights, airports):
    for name in frame.columns:
        nulls = int(frame[name].isna().sum())
        results[f"present({name})"] = nulls < len(frame)
        values = frame[name].dropna()
        results[f"varies({name})"] = values.min() != values.max()
        if frame is flights and name in declared["notNull"]:
            results[f"notNull({name})"] = nulls == 0
out_of_range = 0
for name, (low, high) in declared["range"].items():
    failing = int((~flights[name].between(low, high)).sum())
    results[f"range({name})"] = failing == 0
    out_of_range += failing
repeated = int(flights.duplicated(subset=declared["unique"]).sum())
results["unique"] = repeated / rows <= declared["uniqueAllow"]
for name, regex in declared["pattern"].items():
    results[f"pattern({name})"] = bool(flights[name].str.fullmatch(regex).all())
determines = declared["determines"]
values = flights.groupby(determines["columns"])[determines["column"]].nunique()
results["determines"] = bool((values <= 1).all())
known = airports["iata"].dropna().unique()
for name in declared["references"]:
    results[f"references({name})"] = float(flights[name].isin(known).mean()) >= declared["coverage"]
results["rows"] = rows >= declared["rowsMin"]
results["fresh"] = flights["date"].max() >= pd.Timestamp(declared["freshFrom"])
check_ms = (time.perf_counter() - started) * 1000
cpu_ms = (time.process_time() - cpu_started) * 1000

print(
    json.dumps(
        {
            "checkMs": check_ms,
            "cpuMs": cpu_ms,
            "rows": rows,
            "outOfRange": out_of_range,
            "checks": len(results),
        }
    )
)
