"""The job with polars: a lazy scan streamed into Parquet, rules and counts over that, figures into DuckDB."""

from __future__ import annotations

import duckdb
import polars as pl

from bench.peers import job

MONTH, NEXT_MONTH = (pl.lit(day).cast(pl.Datetime("us")) for day in (job.MONTH, job.NEXT_MONTH))


def scan(work: job.Job) -> pl.LazyFrame:
    """The register, typed while it is read; ``untyped`` marks a row with a cell that is not of its column's type."""
    frame = pl.scan_csv(
        work.file,
        schema=dict.fromkeys(job.HEADINGS, pl.String),
        row_index_name="line",
        row_index_offset=job.FIRST_LINE,
    ).rename(dict(zip(job.HEADINGS, job.FIELDS, strict=True)))
    moments = {
        name: pl.col(name).str.to_datetime(job.MOMENT_FORMAT, time_unit="us", strict=False)
        for name in job.MOMENTS
    }
    untyped = [pl.col(name).is_not_null() & moment.is_null() for name, moment in moments.items()]
    untyped += [~pl.col(name).is_in(["1", "0"]) for name in job.FLAGS]
    flags = {name: pl.col(name) == "1" for name in job.FLAGS}
    return frame.with_columns(untyped=pl.any_horizontal(untyped).fill_null(value=False), **moments, **flags)


def broken(frame: pl.LazyFrame, provinces: list[str], communes: pl.LazyFrame) -> pl.LazyFrame:
    """The rows that break a rule, each with the first rule it breaks."""
    finished, key = pl.col("finished_at").is_not_null(), pl.col("dossier_code")
    known = {name: list(words) for name, words in job.WORDS.items()} | {"province": provinces}
    foreign = pl.col("commune").is_not_null() & pl.col("its_commune").is_null()
    order = [pl.col(later) < pl.col(earlier) for earlier, later in job.TABLE.order]
    outside = (pl.col("received_at") < MONTH) | (pl.col("received_at") >= NEXT_MONTH)
    disagree = (
        (pl.col("status") == "DA_CO_KET_QUA") & ~finished,
        finished & ~pl.col("status").is_in(job.SETTLED),
        pl.col("paid_online") & ~pl.col("fee_due"),
    )
    rules = {
        "register_types": pl.col("untyped"),
        "register_codes": pl.any_horizontal(
            foreign, *(~pl.col(name).is_in(code) for name, code in known.items())
        ),
        "register_complete": pl.any_horizontal(pl.col(job.REQUIRED).is_null()),
        "register_dates": pl.any_horizontal(*order, outside),
        "register_agreement": pl.any_horizontal(*disagree),
        "register_unique": pl.col("line") > pl.col("first_line"),
    }
    first = pl.coalesce(pl.when(rule).then(pl.lit(name)) for name, rule in rules.items())
    repeated = (
        frame.filter(key.is_not_null()).group_by(key).agg(pl.len(), pl.col("line").min().alias("first_line"))
    )
    joined = frame.join(communes, on=["province", "commune"], how="left").join(
        repeated.filter(pl.col("len") > 1), on="dossier_code", how="left"
    )
    return joined.select("line", rule=first).filter(pl.col("rule").is_not_null())


def count(frame: pl.LazyFrame) -> pl.LazyFrame:
    """What the indicators count, per province and commune."""
    channel, level = pl.col("channel"), pl.col("service_level")
    done = (pl.col("finished_at") < NEXT_MONTH).fill_null(value=False)
    late = (pl.col("finished_at") > pl.col("due_at")).fill_null(value=False)
    conditions = {
        "online": channel == "2",
        "counter": channel == "1",
        "post": channel == "3",
        "kiosk": channel == "4",
        "level_full": level == "FULL",
        "level_partial": level == "PARTIAL",
        "level_none": level == "NONE",
        "online_full": (channel == "2") & (level == "FULL"),
        "done": done,
        "done_on_time": done & ~late,
        "done_late": done & late,
        "overdue": ~done & (pl.col("due_at") < NEXT_MONTH),
        "papers_digitised": pl.col("papers_digitised"),
        "result_digitised": pl.col("result_digitised") & done,
        "data_reused": pl.col("data_reused"),
        "fee_due": pl.col("fee_due"),
        "paid_online": pl.col("fee_due") & pl.col("paid_online"),
    }
    sums = (condition.sum().alias(name) for name, condition in conditions.items())
    return frame.group_by("province", "commune").agg(pl.len().alias("received"), *sums)


def main() -> None:
    """Archives, reads, writes, checks, groups, stores."""
    provinces, known = job.known_areas()
    rows = [(province, code, True) for code, province in known]
    communes = pl.LazyFrame(rows, schema=["province", "commune", "its_commune"], orient="row")
    work = job.begin()
    work.archive()
    parquet, rejects, figures = (work.folder / f"{name}.parquet" for name in ("rows", "rejects", "figures"))
    with work.stage("write"):
        scan(work).sink_parquet(parquet, compression="zstd")
    frame = pl.scan_parquet(parquet)
    with work.stage("check"):
        broken(frame, provinces, communes).sink_parquet(rejects)
    with work.stage("group"):
        accepted = frame.join(pl.scan_parquet(rejects), on="line", how="anti")
        count(accepted).sink_parquet(figures)
    with work.stage("store"), duckdb.connect(work.store) as connection:
        connection.execute(f"CREATE OR REPLACE TABLE figures AS FROM '{figures}'")
        connection.execute(f"CREATE OR REPLACE TABLE rejects AS FROM '{rejects}'")
    work.finish()


if __name__ == "__main__":
    main()
