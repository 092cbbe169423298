"""The job with pandas and Great Expectations on the DataFrame: Arrow reader, rules, group-by, into DuckDB."""

from __future__ import annotations

import os
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from bench.peers import job

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe

CATEGORIES = ("province", "commune", "channel", "service_level", "status", "satisfaction")
LAST = pd.Timestamp(job.NEXT_MONTH)


def read(work: job.Job) -> pd.DataFrame:
    """The register as a typed frame; ``untyped`` marks a row with a cell that is not of its column's type."""
    frame = pd.read_csv(work.file, engine="pyarrow", dtype=dict.fromkeys(job.HEADINGS, "str"))
    frame.columns = pd.Index(job.FIELDS)
    moments = {
        name: pd.to_datetime(frame[name], format=job.MOMENT_FORMAT, errors="coerce") for name in job.MOMENTS
    }
    untyped = [frame[name].notna() & moment.isna() for name, moment in moments.items()]
    untyped += [~frame[name].isin(["1", "0"]) & frame[name].notna() for name in job.FLAGS]
    flags = {name: frame[name].eq("1") for name in job.FLAGS}
    categories = {name: frame[name].astype("category") for name in CATEGORIES}
    return frame.assign(untyped=np.logical_or.reduce(untyped), **moments, **flags, **categories)


def expectations(provinces: list[str], communes: list[tuple[str, str]]) -> list[Any]:
    """The rules of a row as Great Expectations states them, each with its code, in the order they count."""
    known = {"province": provinces, "commune": [code for code, _ in communes]}
    known |= {name: list(words) for name, words in job.WORDS.items()}
    types, codes, complete, dates, agreement, unique = ({"meta": {"rule": rule}} for rule in job.RULES)
    order = {"or_equal": True, "ignore_row_if": "either_value_is_missing", **dates}
    pairs = [{"column_A": later, "column_B": earlier} for earlier, later in job.TABLE.order]
    month = {"min_value": pd.Timestamp(job.MONTH), "max_value": LAST, "strict_max": True, **dates}
    agreeing = ("done_finished", "finished_settled", "paid_due")
    return [
        gxe.ExpectColumnValuesToBeInSet(column="untyped", value_set=[False], **types),
        *(
            gxe.ExpectColumnValuesToBeInSet(column=name, value_set=words, **codes)
            for name, words in known.items()
        ),
        gxe.ExpectColumnValuesToBeInSet(column="its_commune", value_set=[True], **codes),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name, **complete) for name in job.REQUIRED),
        *(gxe.ExpectColumnPairValuesAToBeGreaterThanB(**pair, **order) for pair in pairs),
        gxe.ExpectColumnValuesToBeBetween(column="received_at", **month),
        *(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[True], **agreement) for name in agreeing),
        gxe.ExpectColumnValuesToBeInSet(column="is_first", value_set=[True], **unique),
    ]


def validate(frame: pd.DataFrame, rules: list[Any], commune_province: dict[str, str]) -> pd.DataFrame:
    """The rows that break a rule, each with the first; what spans two cells is a column of its own first."""
    its_province = frame["commune"].map(commune_province).astype("str")
    is_finished = frame["finished_at"].notna()
    judged = frame.assign(
        its_commune=frame["commune"].isna() | its_province.eq(frame["province"].astype("str")),
        done_finished=frame["status"].ne("DA_CO_KET_QUA") | is_finished,
        finished_settled=~is_finished | frame["status"].isin(job.SETTLED),
        paid_due=~frame["paid_online"] | frame["fee_due"],
        is_first=~frame["dossier_code"].duplicated() | frame["dossier_code"].isna(),
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("register").add_dataframe_asset("dossiers")
    batch = asset.add_batch_definition_whole_dataframe("month").get_batch({"dataframe": judged})
    found = batch.validate(gx.ExpectationSuite("register", expectations=rules), result_format="COMPLETE")
    broken = [
        (row, item.expectation_config.meta["rule"])
        for item in found.results
        for row in item.result["unexpected_index_list"] or ()
    ]
    rejects = pd.DataFrame(broken, columns=["row", "rule"]).sort_values(["row", "rule"], key=_rank)
    return rejects.drop_duplicates("row")


def _rank(column: pd.Series) -> pd.Series:
    return column.map(job.RULES.index) if column.name == "rule" else column


def count(frame: pd.DataFrame) -> pd.DataFrame:
    """What the indicators count, per province and commune."""
    online, full = frame["channel"].eq("2"), frame["service_level"].eq("FULL")
    done, late = frame["finished_at"].lt(LAST), frame["finished_at"].gt(frame["due_at"])
    flags = {
        "received": True,
        "online": online,
        "counter": frame["channel"].eq("1"),
        "post": frame["channel"].eq("3"),
        "kiosk": frame["channel"].eq("4"),
        "level_full": full,
        "level_partial": frame["service_level"].eq("PARTIAL"),
        "level_none": frame["service_level"].eq("NONE"),
        "online_full": online & full,
        "done": done,
        "done_on_time": done & ~late,
        "done_late": done & late,
        "overdue": ~done & frame["due_at"].lt(LAST),
        "papers_digitised": frame["papers_digitised"],
        "result_digitised": frame["result_digitised"] & done,
        "data_reused": frame["data_reused"],
        "fee_due": frame["fee_due"],
        "paid_online": frame["fee_due"] & frame["paid_online"],
    }
    keys = frame[["province", "commune"]]
    groups = keys.assign(**flags).groupby(["province", "commune"], observed=True, dropna=False)
    return groups.sum().reset_index()


def main() -> None:
    """Archives, reads, validates, groups, stores."""
    provinces, communes = job.known_areas()
    rules, commune_province = expectations(provinces, communes), dict(communes)
    work = job.begin()
    work.archive()
    with work.stage("read"):
        frame = read(work)
    with work.stage("validate"):
        broken = validate(frame, rules, commune_province)
        rejects = broken.assign(line=broken["row"] + job.FIRST_LINE)[["line", "rule"]]
    with work.stage("group"):
        figures = count(frame.drop(index=broken["row"]))
    with work.stage("store"), duckdb.connect(work.store) as connection:
        for name, table in {"dossiers": frame, "figures": figures, "rejects": rejects}.items():
            connection.register("handed_over", table)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM handed_over")
    work.finish()


if __name__ == "__main__":
    main()
