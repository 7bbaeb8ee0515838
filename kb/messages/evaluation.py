"""What people read in the report of an evaluation."""

from collections.abc import Mapping
from typing import Final

REPORT: Final[Mapping[str, str]] = {
    "title": "回答质量评估",
    "live": "线上知识库",
    "entries": "{entries} 条词条，{phrasings} 种问法，{questions} 个问题，用时 {seconds} 秒",
    "made": "{at} 生成",
    "recall": "首选就是对的",
    "recall_note": "可以回答的问题里，排第一的词条是对的",
    "coverage": "{promise} 正确率下的覆盖率",
    "coverage_note": "95% 区间 {low} 至 {high}",
    "answered": "直接回答",
    "answered_note": "占全部问题，按线上的把握门槛",
    "precision": "直答正确率",
    "precision_note": "承诺 {promise}",
    "wrongly": "不该答的被直答",
    "wrongly_note": "知识库里没有答案的问题",
    "talk": "闲聊被直答",
    "talk_note": "{count} 句和业务无关的闲聊；有寒暄词条时，答中几句是正常的",
    "peers": "和常见做法比较",
    "peers_note": "同一批词条、同一批问题。覆盖率是全部问题里能直接回答的比例，门槛事后选到正好满足该正确率。",
    "figures": "各项指标",
    "figures_note": "覆盖率是全部问题里能直接回答的比例，门槛事后选到正好满足该正确率。",
    "curve": "答得越多，正确率还剩多少",
    "curve_note": "把握从高到低依次直接回答，横轴是答了多少，纵轴是其中答对的比例；曲线越靠右上越好，虚线是承诺。",
    "coverage_axis": "直接回答的比例",
    "precision_axis": "其中答对的比例",
    "reliable": "说有几成把握，就对几成吗",
    "reliable_note": "每个点是把握相近的一组问题，旁边是题数；点在斜线上说明把握可信，在斜线下方说明过于自信。",
    "said_axis": "给出的把握",
    "done_axis": "实际答对的比例",
    "wrong": "把握很高却答错的问题",
    "wrong_note": "按把握从高到低，最多 {shown} 个。常见原因：两条词条意思太近、缺少词条、相似问放错了地方。",
    "missed": "知道答案却没敢答的问题",
    "missed_note": "首选是对的，但没有直接回答，按把握从低到高，最多 {shown} 个。给对应词条补上这样的相似问就能直答。",
    "question": "问题",
    "found": "首选词条",
    "wanted": "应该是",
    "sure": "把握",
    "result": "结果",
    "nobody": "知识库里没有，应该转人工",
    "was_answered": "已直答",
    "not_answered": "未直答",
    "none": "没有。",
    "footer": "由 kb evaluate 生成。评估走的就是线上回答的同一条路。",
}

#: The columns of the comparison, by the name of the figure.
COLUMNS: Final[Mapping[str, str]] = {
    "name": "做法",
    "recall_at_1": "首选命中",
    "recall_at_5": "前 5 命中",
    "recall_at_10": "前 10 命中",
    "coverage_at_95": "覆盖率 @95%",
    "coverage_at_90": "覆盖率 @90%",
    "coverage_at_80": "覆盖率 @80%",
    "aurc": "AURC（越低越好）",
    "auroc": "AUROC",
    "ece": "ECE",
}

#: The ways of answering that are compared, by the name of the row.
WAYS: Final[Mapping[str, str]] = {
    "kb": "kb（本系统）",
    "BM25 words": "BM25，按词",
    "BM25 characters": "BM25，按字",
    "TF-IDF": "TF-IDF，字对",
    "dense": "只用向量",
    "hybrid": "各项相似度之和",
}
