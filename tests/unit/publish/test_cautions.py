from kb.ingest.review.lists import Lists, Wordings
from kb.publish.cautions import Caution, CautionKind, cautions

NONE = Wordings([])
LISTS = Lists(
    forbidden=Wordings(["爱买不买"]), promises=Wordings(["全网最低"]), polite=NONE, allowed=Wordings(["400-820-8888"])
)


def found(text: str) -> list[Caution]:
    return cautions(text, lambda: LISTS)


def test_a_plain_reply_may_go_out() -> None:
    assert found("您好，现货订单 48 小时内发货。") == []


def test_what_is_found_is_named_with_its_line_and_neighbours() -> None:
    assert found("您好。\n这个价格您爱买不买，反正都是这样的价格了。") == [
        Caution(CautionKind.FORBIDDEN, "", "爱买不买", 2, "这个价格您爱买不买，反正都是这样的…")
    ]


def test_promises_and_personal_data_are_found_in_their_order() -> None:
    kinds = [(one.kind, one.words) for one in found("请打13800138000，我们全网最低")]
    assert kinds == [(CautionKind.PERSONAL, "13800138000"), (CautionKind.PROMISE, "全网最低")]


def test_full_width_digits_are_personal_data_too() -> None:
    (one,) = found("电话１３８００１３８０００")
    assert (one.kind, one.what, one.words) == (CautionKind.PERSONAL, "手机号", "13800138000")


def test_a_public_hotline_is_no_personal_data() -> None:
    assert found("请拨打客服热线 400-820-8888。") == []
