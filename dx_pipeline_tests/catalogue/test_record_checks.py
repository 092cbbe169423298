from __future__ import annotations

import re

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.record_checks import record_faults
from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.catalogue.validation import check_catalogue

FILE = "sources/portal_dossiers.yaml"
REGISTRY = "sources/signature_registry.yaml"


def case(old, new, place, message, *, id, file=FILE):  # noqa: A002 - as pytest names it
    return pytest.param(file, old, new, place, message, id=id)


SOURCE = [
    case("reader: records", "reader: register", "reader", "'records' and records belong", id="reader"),
    case("shape: register", "shape: report", "shape", "must be 'register'", id="shape"),
    case("cadence: monthly", "cadence: quarterly", "cadence", "must be 'monthly'", id="cadence"),
    case(
        "period_basis: calendar",
        "period_basis: government_report",
        "period_basis",
        "must be 'calendar'",
        id="basis",
    ),
    case(
        "\nrecords:",
        "\nheader_map: {MA_HS: dossier_code}\nrecords:",
        "header_map",
        "give the headings in records.columns",
        id="header map",
    ),
    case("csv.zst, parquet", "csv.xz, parquet", "formats.2", "'csv.xz' is none of csv, csv.gz", id="format"),
    case("csv.zst, parquet", "csv, parquet", "formats.2", "'csv' stands there twice", id="format twice"),
    case(
        "formats: [csv, csv.gz, csv.zst, parquet]", "formats: []", "formats", "at least one", id="no format"
    ),
    case(
        "formats: [csv, xlsx",
        "formats: [parquet, xlsx",
        "formats.0",
        "'parquet' is none of xlsx",
        id="format of registers elsewhere",
        file=REGISTRY,
    ),
]
COLUMNS = [
    case(
        "[MA_XA, Mã xã,",
        "[MA_XA, Mã  tỉnh,",
        "records.columns.commune.headings",
        "'Mã  tỉnh' already names the column province",
        id="heading of two columns",
    ),
    case(
        "[MA_XA, Mã xã,",
        "[MA_XA, Channel,",
        "records.columns.commune.headings",
        "'Channel' already names the column channel",
        id="heading is another field",
    ),
    case(
        "sample_heading: DU_LIEU_MAU",
        "sample_heading: Ma_Xa",
        "records.sample_heading",
        "'Ma_Xa' already names the column commune",
        id="sample heading",
    ),
    case("key: dossier_code", "key: code", "records.key", "'code' is no column", id="key"),
    case("key: dossier_code", "key: province", "records.key", "type code, not text", id="key's type"),
    case(
        "Số hồ sơ], type: text}",
        "Số hồ sơ], type: text, may_be_empty: true}",
        "records.key",
        "must be in every file and every row",
        id="key may be empty",
    ),
    case(
        "Mã định danh tỉnh], type: code}",
        "Mã định danh tỉnh], type: code, is_required: false}",
        "records.province",
        "must be in every file and every row",
        id="province may be missing",
    ),
    case("moment: received_at", "moment: status", "records.moment", "not moment", id="moment"),
    case("province: province", "province: key", "records.province", "'key' is no column", id="province"),
    case(
        "commune: commune\n", "commune: village\n", "records.commune", "'village' is no column", id="commune"
    ),
    case(
        "commune: commune\n", "commune: province\n", "records.commune", "also the province", id="one for both"
    ),
    case(
        "Mã xã phường], type: code, may_be_empty: true}",
        "Mã xã phường], type: code}",
        "records.commune",
        "may_be_empty",
        id="commune in each row",
    ),
    case(
        "commune_scope: commune_level",
        "commune_scope: communes",
        "records.commune_scope",
        "'communes' is no code of the catalogue's scopes",
        id="scope",
    ),
    case(
        "commune_scope: commune_level",
        "commune_scope: all",
        "records.commune_scope",
        "the scope of all rows",
        id="scope of all",
    ),
    case(
        "Hình thức nộp], type: code}",
        "Hình thức nộp], type: code, maximum: 4}",
        "records.columns.channel",
        "only whole numbers have",
        id="maximum of codes",
    ),
    case(
        "  values:",
        "    fee: {headings: [PHI], type: whole, minimum: 2, maximum: 1}\n  values:",
        "records.columns.fee.minimum",
        "is above the maximum",
        id="minimum above maximum",
    ),
    case(
        "max_rejected_share: 0.05",
        "max_rejected_share: 1",
        "records.limits.max_rejected_share",
        "no share is beyond 1",
        id="limit that never holds",
    ),
    case(
        "max_rejected_share: 0.05",
        "max_rejected_share: 5",
        "records.limits.max_rejected_share",
        "less than or equal to 1",
        id="limit above 1",
    ),
    case(
        "max_volume_change: 0.50",
        "max_volume_change: 0",
        "records.limits.max_volume_change",
        "greater than 0",
        id="no change at all",
    ),
]
WORDS = [
    case(
        "    service_level:\n      FULL",
        "    level:\n      FULL",
        "records.values.level",
        "'level' is no column",
        id="values of no column",
    ),
    case(
        "    service_level:\n      FULL",
        "    level:\n      FULL",
        "records.columns.service_level",
        "without values",
        id="codes without values",
    ),
    case(
        "    service_level:\n      FULL",
        "    fee_due: {MUC: full}\n    service_level:\n      FULL",
        "records.values.fee_due",
        "type flag, not code",
        id="values of a flag",
    ),
    case(
        "    service_level:\n      FULL",
        "    commune: {Xã: full}\n    service_level:\n      FULL",
        "records.values.commune",
        "those of the geography",
        id="values of communes",
    ),
    case(
        "Trực tuyến: online",
        "Kiosk: online",
        "records.values.channel.Kiosk",
        "already means kiosk",
        id="word twice",
    ),
    case("KIOSK: kiosk", "'': kiosk", "records.values.channel.", "an empty cell means no code", id="no word"),
    case(
        "KIOSK: kiosk", "KIOSK: present", "records.values.channel", "it cannot be a code", id="reserved code"
    ),
    case("'false': 'no'", "'TRUE': 'no'", "records.flags.TRUE", "already means yes", id="flag twice"),
    case(
        "'0': 'no', 'true': 'yes', 'false': 'no', 'Có': 'yes', 'Không': 'no'",
        "'true': 'yes'",
        "records.flags",
        "no word means 'no'",
        id="no word for no",
    ),
    case("'%d/%m/%Y %H:%M:%S'", "'%d/%b/%Y'", "records.moment_formats.3", "%b: known are", id="directive"),
    case("'%d/%m/%Y %H:%M:%S'", "'%d/%m/%Y %'", "records.moment_formats.3", "%: known are", id="bare %"),
    case("'%d/%m/%Y %H:%M:%S'", "'%d/%m %H'", "records.moment_formats.3", "must give year", id="no year"),
    case(
        "'%d/%m/%Y %H:%M:%S'", "'%d/%m/%Y %m'", "records.moment_formats.3", "each part once", id="month twice"
    ),
    case(
        "'%d/%m/%Y %H:%M'", "'%Y-%m-%d'", "records.moment_formats.4", "stands there twice", id="same format"
    ),
    case(
        "'%d/%m/%Y %H:%M', '%d/%m/%Y'",
        "'%d/%m/%Y', '%m/%d/%Y'",
        "records.moment_formats.5",
        "read the same text as different moments",
        id="day and month",
    ),
]
RULES = [
    case(
        "- [received_at, due_at]", "- [due_on, due_at]", "records.order.0", "'due_on' is no col", id="order"
    ),
    case(
        "- [received_at, due_at]", "- [status, due_at]", "records.order.0", "not moment", id="order of codes"
    ),
    case("- [received_at, due_at]", "- [due_at, due_at]", "records.order.0", "with itself", id="with itself"),
    case(
        "{when: {status: [done]}",
        "{when: {state: [done]}",
        "records.implications.0.when.state",
        "'state' is no column",
        id="field of an implication",
    ),
    case(
        "{when: {status: [done]}",
        "{when: {status: [finished]}",
        "records.implications.0.when.status",
        "'finished' is none of what status can be asked for",
        id="code of an implication",
    ),
    case(
        "then: {finished_at: [present]}",
        "then: {finished_at: [done]}",
        "records.implications.0.then.finished_at",
        "can be asked for: present",
        id="moments are present only",
    ),
    case(
        "then: {finished_at: [present]}",
        "then: {finished_at: []}",
        "records.implications.0.then.finished_at",
        "no row would ever meet it",
        id="no code",
    ),
    case(
        "then: {finished_at: [present]}",
        "then: {}",
        "records.implications.0.then",
        "is empty",
        id="nothing implied",
    ),
    case(
        "progress: {due: due_at", "status: {due: due_at", "records.progress.status", "own name", id="derived"
    ),
    case("due: due_at", "due: due_on", "records.progress.progress.due", "'due_on' is no col", id="due"),
    case(
        "finished: finished_at",
        "finished: status",
        "records.progress.progress.finished",
        "type code",
        id="end",
    ),
    case(
        "late: done_late", "late: done_on_time", "records.progress.progress", "must differ", id="four codes"
    ),
]
COUNTS = [
    case(
        "DOS_RECV_CNT: {}", "DOS_RECV: {}", "records.counts.DOS_RECV", "'DOS_RECV' is no code", id="indicator"
    ),
    case(
        "DOS_RECV_CNT: {}", "PROC_CNT: {}", "records.counts.PROC_CNT", "does not list portal_d", id="not its"
    ),
    case(
        "DOS_RECV_CNT: {}",
        "DOS_ONLINE_RATE: {}",
        "records.counts.DOS_ONLINE_RATE",
        "is a rate, not a count_flow or count_stock",
        id="rate among the counts",
    ),
    case(
        "{channel: [online]}\n",
        "{way: [online]}\n",
        "records.counts.DOS_RECV_ONLINE_CNT.way",
        "'way' is no column",
        id="field",
    ),
    case(
        "{channel: [online]}\n",
        "{channel: [onlin]}\n",
        "records.counts.DOS_RECV_ONLINE_CNT.channel",
        "'onlin' is none of what channel can be asked for: counter, kiosk",
        id="code",
    ),
    case(
        "CNT: {progress: [done_late]}",
        "CNT: {progress: [done]}",
        "records.counts.DOS_INTAKE_LATE_CNT.progress",
        "'done' is none of what progress",
        id="progress",
    ),
    case(
        "{papers_digitised: ['yes']}",
        "{papers_digitised: ['true']}",
        "records.rates.DIG_INTAKE_RATE.numerator.papers_digitised",
        "'true' is none of what papers_digitised can be asked for: no, present, yes",
        id="flag",
    ),
    case(
        "DOS_LEVEL_NONE_CNT: {service_level: [none]}",
        "DOS_LEVEL_NONE_CNT: {satisfaction: [neutral]}",
        "records.counts.DOS_LEVEL_NONE_CNT.satisfaction",
        "a file may leave out satisfaction",
        id="column that may be missing",
    ),
    case(
        "  rates:\n    DOS_ONLINE_RATE:",
        "  rates:\n    DOS_RECV_CNT:",
        "records.rates.DOS_RECV_CNT",
        "is a count_flow, not a rate",
        id="count among the rates",
    ),
    case(
        "{numerator: {channel: [online]}, denominator: {}}",
        "{numerator: {channel: [post]}, denominator: {}}",
        "records.rates.DOS_ONLINE_RATE.numerator",
        "counts other rows than DOS_RECV_ONLINE_CNT",
        id="numerator of other rows",
    ),
    case(
        "{numerator: {channel: [online]}, denominator: {}}",
        "{numerator: {channel: [online]}, denominator: {fee_due: ['yes']}}",
        "records.rates.DOS_ONLINE_RATE.denominator",
        "counts other rows than DOS_RECV_CNT",
        id="denominator of other rows",
    ),
    case(
        "{numerator: {progress: [done_on_time]}",
        "{numerator: {progress: [pending_overdue]}",
        "records.rates.DOS_INTAKE_ONTIME_RATE.numerator",
        "none of the denominator's rows meets it: progress",
        id="numerator outside the denominator",
    ),
    case(
        "levels: [national, province, commune]",
        "levels: [national, province]",
        "records.counts.DOS_RECV_CNT",
        "has no commune figures",
        id="level",
        file="indicators/dossiers.yaml",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "message"), [*SOURCE, *COLUMNS, *WORDS, *RULES, *COUNTS]
)
def test_a_contradiction_is_found_in_its_place(  # noqa: PLR0917
    catalogue_copy, edit, file, old, new, place, message
):
    edit(file, old, new)
    found = [(item.path, item.message) for item in check_catalogue(catalogue_copy)]
    assert any(path == place and message in said for path, said in found), found


def changed(**parts):
    catalogue = load_catalogue()
    source = catalogue.sources["portal_dossiers"]
    table = RecordTable.model_validate({**source.records.model_dump(), **parts})
    return catalogue, source.model_copy(update={"records": table})


def test_an_indicator_of_this_register_alone_lists_the_scope_it_makes():
    catalogue, source = changed()
    indicator = catalogue.indicators["DOS_LEVEL_FULL_CNT"].model_copy(update={"scopes": ("all",)})
    faults = list(
        record_faults(source, {**catalogue.indicators, indicator.code: indicator}, set(catalogue.scopes))
    )
    [(place, message)] = faults
    assert place == ("records", "counts", "DOS_LEVEL_FULL_CNT")
    assert "does not list the scope commune_level" in message


def test_a_rate_needs_an_indicator_with_both_parts():
    catalogue, source = changed()
    indicator = catalogue.indicators["DIG_REUSE_RATE"].model_copy(update={"numerator": None})
    faults = record_faults(source, {**catalogue.indicators, indicator.code: indicator}, set(catalogue.scopes))
    assert list(faults) == [
        (("records", "rates", "DIG_REUSE_RATE", "numerator"), "DIG_REUSE_RATE has no numerator")
    ]


def test_a_file_may_be_asked_for_what_is_derived_only_with_the_moments_behind_it():
    catalogue = load_catalogue()
    columns = catalogue.sources["portal_dossiers"].records.model_dump()["columns"]
    columns["due_at"]["is_required"] = False
    _, source = changed(columns=columns)
    messages = [message for _, message in record_faults(source, catalogue.indicators, set(catalogue.scopes))]
    assert messages
    assert all(re.search("a file may leave out due_at", message) for message in messages)


def test_the_shipped_register_and_sources_without_one_have_no_fault():
    catalogue = load_catalogue()
    for source in catalogue.sources.values():
        assert list(record_faults(source, catalogue.indicators, set(catalogue.scopes))) == []
