"""Figures since the merger, told by their digests: what is added to the samples must not change what was there.

An indicator that is new in the catalogue has no digest here. Where ``profile.yaml`` or a published figure is changed
on purpose, the failing test shows the digests to record.
"""

import hashlib
import json

DIGESTS = {
    "CDT_MEMBER_CNT": "a7edd00127de1ba0",
    "CDT_TEAM_CNT": "2655054ad59e1044",
    "DIG_RATE": "47d21c873da23c2d",
    "DIG_REUSE_RATE": "66aa3c1187cf60fb",
    "DOS_DONE_CNT": "6bf669daaba0d40d",
    "DOS_DONE_LATE_CNT": "aa0a1e9ef47646b0",
    "DOS_DONE_ONTIME_CNT": "52dab6d21deac947",
    "DOS_ONLINE_RATE": "feec09bd343cb30c",
    "DOS_ONTIME_RATE": "20cf3a5167b33bab",
    "DOS_PEND_CNT": "734f2dca038fbf36",
    "DOS_RECV_CNT": "bd68484deec8ba82",
    "DOS_RECV_DIRECT_CNT": "d7892882f3669804",
    "DOS_RECV_ONLINE_CNT": "9cf6f06cc47b344a",
    "DOS_RECV_POST_CNT": "ce4ffdcb55795301",
    "DSIG_ADULT_RATE": "6852c849849e0877",
    "DSIG_CERT_CNT": "21fb570b7b6e5368",
    "NET_COMMUNE_FIBRE_RATE": "988fadeb95467ce1",
    "PAY_ONLINE_RATE": "1897d5bbec81455b",
    "PROC_CNT": "6ee4ac940982bd37",
    "PROC_EFORM_RATE": "21e18152de48cf8e",
    "PS_FULL_CNT": "20b701d4343d8039",
    "PS_INTEG_CNT": "f459293db9fcc9df",
    "PS_PART_CNT": "8840c31720490419",
    "TASK_ASSIGNED_CNT": "4753c7179c2b90aa",
    "TASK_DONE_CNT": "82d514df83b05a0e",
    "TASK_INPROG_CNT": "b1422d3450eef246",
    "TASK_OVERDUE_CNT": "8f1dfc8e9b6ffaf0",
}


def test_the_figures_since_the_merger_are_as_they_were(complete):
    rows = {code: [] for code in DIGESTS}
    for (province, month), values in complete.items():
        for (code, role, scope), value in values.items():
            rows.get(code, []).append((province, month, role, scope, value))
    digests = {
        code: hashlib.sha256(json.dumps(sorted(lines)).encode()).hexdigest()[:16]
        for code, lines in rows.items()
    }
    assert digests == DIGESTS
