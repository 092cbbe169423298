"""The table gate: may the judged months replace what stands?

The shares of rejected figures and of missing provinces, per month and source, go through Great Expectations
like every other rule; the limits are the source's, overridden by the office's. A figure in force that breaks
an ERROR rule, or a rule that could not run, refuses the months as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dx_pipeline.failures import GateError
from dx_pipeline.periods import month_key, month_label
from dx_pipeline.quality.findings import in_order, rule_codes
from dx_pipeline.quality.judgement import GateFinding, Judgement, records

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.evidence import Asked
    from dx_pipeline.settings import Office

REMEDY_EN = (
    "Nothing was replaced: the figures accepted before stay. Correct or resend the files named in quality.rejection, "
    "or set limits in office.yaml if this is how it should be, and run the month again."
)
REMEDY_VI = (
    "Không số liệu nào bị thay thế: số đã chấp nhận trước đó vẫn giữ nguyên. Đề nghị sửa, gửi lại các tệp nêu trong "
    "quality.rejection, hoặc đặt lại giới hạn trong office.yaml, rồi chạy lại kỳ này."
)


def gate(judgement: Judgement) -> list[GateFinding]:
    """Why the months must not replace what stands; empty when they may."""
    return list(judgement.findings)


def raise_if_refused(judgement: Judgement) -> None:
    """Raises what the findings say.

    Raises:
        GateError: There is a finding. Write the findings first, with ``write_findings_only``.
    """
    if judgement.findings:
        raise GateError(
            "\n".join(item.message_en for item in judgement.findings),
            "\n".join(item.message_vi for item in judgement.findings),
        )


def expected_provinces(month: date, catalogue: Catalogue, office: Office) -> tuple[str, ...]:
    """The codes awaited for a month: the office's own list, else every province of that month."""
    return office.expected_provinces or tuple(unit.code for unit in catalogue.geography.provinces_on(month))


def province_profile(
    arrivals: Iterable[tuple[date, str, str | None]], catalogue: Catalogue, office: Office
) -> pd.DataFrame:
    """Per month, source that sent something and awaits provinces, and expected province: has it sent a file?"""
    import pandas as pd

    senders: dict[tuple[date, str], set[str | None]] = {}
    for month, source_code, area_code in arrivals:
        source = catalogue.sources.get(source_code)
        if source is not None and source.expects_provinces:
            senders.setdefault((month, source_code), set()).add(area_code)
    rows = [
        (f"{month_key(month)}|{source_code}|{code}", month, source_code, code, code in areas)
        for (month, source_code), areas in sorted(senders.items())
        for code in expected_provinces(month, catalogue, office)
    ]
    return pd.DataFrame(
        rows, columns=["observation_id", "period_start", "source_code", "area_code", "has_file"]
    )


def table_profile(
    arrivals: Iterable[tuple[date, str, str | None]],
    in_force: pd.DataFrame,
    rejected: pd.DataFrame,
    catalogue: Catalogue,
    office: Office,
) -> pd.DataFrame:
    """One row per month and gated source that sent something.

    Args:
        arrivals: Month, source and area of what was sent.
        in_force: period_start, source_code, area_code of the figures in force.
        rejected: The same of the figures and cells that stand rejected.
        catalogue: For limits and provinces.
        office: Its overrides.
    """
    import pandas as pd

    accepted = _of_each_month(in_force)["area_code"]
    accepted_counts, accepted_areas = accepted.size(), accepted.unique()
    rejected_counts = _of_each_month(rejected).size()
    rows = []
    for month, source_code in sorted({(month, source_code) for month, source_code, _ in arrivals}):
        source = catalogue.sources.get(source_code)
        if source is None or source.limits is None:
            continue
        group = (pd.Timestamp(month), source_code)
        accepted_count = int(accepted_counts.get(group, 0))
        rejected_count = int(rejected_counts.get(group, 0))
        areas = set(accepted_areas.get(group, ()))
        expected = expected_provinces(month, catalogue, office) if source.expects_provinces else ()
        missing = [code for code in expected if code not in areas]
        rows.append(
            {
                "observation_id": f"{month_key(month)}|{source_code}",
                "period_start": month,
                "source_code": source_code,
                "area_code": "",
                "accepted_count": accepted_count,
                "rejected_count": rejected_count,
                "rejected_share": rejected_count / max(rejected_count + accepted_count, 1),
                "missing": ", ".join(missing),
                "missing_share": len(missing) / max(len(expected), 1),
                "max_rejected_share": _limit(
                    office.limits.max_rejected_share, source.limits.max_rejected_share
                ),
                "max_missing_share": _limit(office.limits.max_missing_share, source.limits.max_missing_share),
            }
        )
    return pd.DataFrame(rows, columns=_PROFILE_COLUMNS)


def _of_each_month(figures: pd.DataFrame) -> Any:
    """The figures by month and source."""
    import pandas as pd

    months = pd.to_datetime(figures["period_start"])
    return figures.groupby([months, figures["source_code"].astype("category")], observed=True)


_PROFILE_COLUMNS = [
    "observation_id",
    "period_start",
    "source_code",
    "area_code",
    "accepted_count",
    "rejected_count",
    "rejected_share",
    "missing",
    "missing_share",
    "max_rejected_share",
    "max_missing_share",
]


def _limit(own: float | None, default: float) -> float:
    return default if own is None else own


def gate_findings(
    profile: Asked, in_force: Asked, could_not_run: Mapping[str, str], months: Sequence[date]
) -> tuple[GateFinding, ...]:
    """What the table rules, and a last look at the figures in force, say against the months asked for."""
    found = [
        _limit_finding(code, row)
        for code in _LIMIT_COLUMNS
        for row in sorted(records(profile.failing(code)), key=lambda row: str(row["observation_id"]))
        if row["period_start"] in months
    ]
    found += [
        GateFinding(None, "", code, 1, 0, *_not_run_message(code, reason))
        for code, reason in could_not_run.items()
    ]
    return (*found, *_standing_contradictions(in_force, months))


def nothing_arrived(
    months: Sequence[date], arrivals: Iterable[tuple[date, str, str | None]]
) -> tuple[GateFinding, ...]:
    """A run for months of which no file speaks at all has checked nothing, and that is not a pass.

    An empty month among others is one that has not come in yet.
    """
    if any(month in months for month, _, _ in arrivals):
        return ()
    first, last = month_key(months[0]), month_key(months[-1])
    span = first if first == last else f"{first}..{last}"
    return (
        GateFinding(
            months[0],
            "",
            "has_figures",
            0,
            1,
            f"{span}: no file that speaks of it has arrived, so there is nothing to check. Put the files into the "
            "landing folder and run the month again.",
            f"{span}: chưa nhận được tệp nào nên không có gì để kiểm tra. Đề nghị đặt tệp vào thư mục nhận rồi chạy "
            "lại kỳ này.",
        ),
    )


_LIMIT_COLUMNS = {
    "rejected_share_within_limit": ("rejected_share", "max_rejected_share"),
    "missing_provinces_within_limit": ("missing_share", "max_missing_share"),
    "has_figures": ("accepted_count", None),
}


def _limit_finding(code: str, row: Mapping[str, Any]) -> GateFinding:
    found_column, limit_column = _LIMIT_COLUMNS[code]
    found, limit = float(row[found_column]), float(row[limit_column]) if limit_column else 1.0
    label, source = month_label(row["period_start"]), row["source_code"]
    text_en = {
        "rejected_share_within_limit": f"{row['rejected_count']} of {row['rejected_count'] + row['accepted_count']} "
        f"figures are rejected ({found:.1%}; at most {limit:.1%} are allowed).",
        "missing_provinces_within_limit": f"{found:.1%} of the expected provinces have no accepted figure (at most "
        f"{limit:.1%} are allowed): {row['missing']}.",
        "has_figures": "files were sent, but no figure was accepted.",
    }[code]
    text_vi = {
        "rejected_share_within_limit": f"{row['rejected_count']} trên {row['rejected_count'] + row['accepted_count']} "
        f"số liệu bị loại ({found:.1%}; cho phép tối đa {limit:.1%}).",
        "missing_provinces_within_limit": f"{found:.1%} số tỉnh được chờ đợi chưa có số liệu được chấp nhận (cho phép "
        f"tối đa {limit:.1%}): {row['missing']}.",
        "has_figures": "đã có tệp gửi nhưng không số liệu nào được chấp nhận.",
    }[code]
    return GateFinding(
        row["period_start"],
        source,
        code,
        found,
        limit,
        f"{label.en}, {source}: {text_en} {REMEDY_EN}",
        f"{label.vi.capitalize()}, nguồn {source}: {text_vi} {REMEDY_VI}",
    )


def _not_run_message(code: str, reason: str) -> tuple[str, str]:
    return (
        f"Rule {code} could not run ({reason}), so nothing can be said to pass it. {REMEDY_EN}",
        f"Quy tắc {code} không chạy được ({reason}) nên không thể coi là đạt. {REMEDY_VI}",
    )


def _standing_contradictions(in_force: Asked, months: Sequence[date]) -> list[GateFinding]:
    """Figures in force that break an ERROR rule: the catalogue changed, or the triage is wrong."""
    import pandas as pd

    found = []
    for code in sorted(rule_codes("ERROR")):
        rows = in_force.failing(code)
        rows = rows[rows["period_start"].isin(pd.to_datetime(list(months)))]
        if rows.empty:
            continue
        for _, group in in_order(rows).groupby(["period_start", "source_code"]):
            month, source = group["period_start"].iloc[0].date(), group["source_code"].iloc[0]
            places = "; ".join(f"{row.file_name}, {row.locator}" for row in group.head(5).itertuples())
            label = month_label(month)
            found.append(
                GateFinding(
                    month,
                    source,
                    code,
                    len(group),
                    0,
                    f"{label.en}, {source}: {len(group)} figures accepted before break {code} ({places}). {REMEDY_EN}",
                    f"{label.vi.capitalize()}, nguồn {source}: {len(group)} số liệu đã chấp nhận vi phạm {code} "
                    f"({places}). {REMEDY_VI}",
                )
            )
    return found
