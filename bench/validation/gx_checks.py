"""The checks of checks.json over the files of argv, in Great Expectations. Prints one line of JSON."""

import json
import pathlib
import sys
import time

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

flights_path, airports_path = sys.argv[1:3]
declared = json.loads((pathlib.Path(__file__).parent / "checks.json").read_text())

started = time.perf_counter()
cpu_started = time.process_time()
flights = pd.read_parquet(flights_path)
airports = pd.read_parquet(airports_path)
known = airports["iata"].dropna().unique().tolist()
context = gx.get_context(mode="ephemeral")
suite = gx.ExpectationSuite(name="flights")
airports_suite = gx.ExpectationSuite(name="airports")
for each, frame in ((suite, flights), (airports_suite, airports)):
    for name in frame.columns:
        # Neither empty nor constant, as the other two look at every column, too.
        each.add_expectation(gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=2))
for name in declared["columns"]:
    suite.add_expectation(gxe.ExpectColumnToExist(column=name))
    suite.add_expectation(gxe.ExpectColumnValuesToBeOfType(column=name, type_=flights[name].dtype.name))
for name in declared["notNull"]:
    suite.add_expectation(gxe.ExpectColumnValuesToNotBeNull(column=name))
for name, (low, high) in declared["range"].items():
    suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high))
suite.add_expectation(
    gxe.ExpectCompoundColumnsToBeUnique(column_list=declared["unique"], mostly=1 - declared["uniqueAllow"])
)
for name, regex in declared["pattern"].items():
    suite.add_expectation(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=f"^{regex}$"))
# It has no expectation for this: the distinct routes with their distance, as a second asset, must be unique by route.
determines = declared["determines"]
routes = flights[[*determines["columns"], determines["column"]]].drop_duplicates()
routes_suite = gx.ExpectationSuite(name="routes")
routes_suite.add_expectation(gxe.ExpectCompoundColumnsToBeUnique(column_list=determines["columns"]))
for name in declared["references"]:
    suite.add_expectation(
        gxe.ExpectColumnValuesToBeInSet(column=name, value_set=known, mostly=declared["coverage"])
    )
suite.add_expectation(gxe.ExpectTableRowCountToBeBetween(min_value=declared["rowsMin"]))
suite.add_expectation(
    gxe.ExpectColumnMaxToBeBetween(column="date", min_value=pd.Timestamp(declared["freshFrom"]))
)
source = context.data_sources.add_pandas("bench")


def validated(name, frame, expectations):
    asset = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    return asset.get_batch({"dataframe": frame}).validate(expectations, result_format="SUMMARY").results


results = [*validated("flights", flights, suite), *validated("routes", routes, routes_suite), *validated("airports", airports, airports_suite)]
check_ms = (time.perf_counter() - started) * 1000
cpu_ms = (time.process_time() - cpu_started) * 1000

out_of_range = sum(
    result.result["unexpected_count"]
    for result in results
    if result.expectation_config.type == "expect_column_values_to_be_between"
)
raised = [result for result in results if result.exception_info.get("raised_exception")]
if raised:
    sys.exit(f"Great Expectations raised: {raised[0].exception_info}")
print(
    json.dumps(
        {
            "checkMs": check_ms,
            "cpuMs": cpu_ms,
            "rows": len(flights),
            "outOfRange": out_of_range,
            "checks": len(results),
        }
    )
)
