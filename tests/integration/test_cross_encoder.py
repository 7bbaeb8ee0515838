"""A cross-encoder of the user's own, from the setting to an answer."""

import json
from pathlib import Path

import pytest

from tests.command import run_kb
from tests.fakes.cross_encoder import cross_encoder

FAQ = """编号,标准问,相似问,答案,分类
TK001,未发货怎么申请退款,还没发货能退款吗,在订单页点「申请退款」即可。,退款
TK002,退款多久到账,退款几天到,审核后原路退回，一到三个工作日到账。,退款
FP001,怎么开发票,想开个发票,签收后在订单页申请开票。,发票
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return cross_encoder(tmp_path, FAQ)


def test_a_release_is_made_for_the_cross_encoder_that_reads_its_candidates(tmp_path: Path, model: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
    home, reads = tmp_path / "home", {"KB_CROSS_ENCODER": str(model)}
    made = run_kb(home, "ingest", str(tmp_path / "faq.csv"), "--publish", **reads)
    assert made.returncode == 0, made.stderr
    asked = json.loads(run_kb(home, "ask", "退款大概几天能到", "--explain", "--json", **reads).stdout)
    best = asked["candidates"][0]
    assert best["features"]["same"] == best["features"]["unturned"]  # kb's own model tells the two apart
    without = run_kb(home, "ask", "退款大概几天能到")
    assert without.returncode == 1
    assert "kb publish" in without.stderr
    assert "Traceback" not in without.stderr
