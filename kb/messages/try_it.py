"""What the page to try the knowledge base says."""

from collections.abc import Mapping
from typing import Final

from kb.messages import replies

#: Why a decision was taken, in a sentence, by the value of the reason.
REASONS: Final[Mapping[str, str]] = {
    "exact": "问题和知识库里的一种问法完全一致，直接给出标准答案。",
    "confident": "最接近的词条把握足够高，并且明显领先其他词条，直接给出标准答案。",
    "same_phrasing": "有几条词条写了同样的问法，先请顾客选一个。",
    "passage": "没有词条能回答，但一份批准直接回答的资料里有一节的标题和问题一模一样，所以用原文回答并注明出处。",
    "too_close_to_call": "前两条词条不相上下，先请顾客选一个，不替顾客猜。",
    "not_sure_enough": "有相近的词条，但把握还不够直接回答，先和顾客确认。",
    "detail_differs": "意思相近，但细节不一致（否定、数量、段位或型号），先和顾客确认。",
    "greeting": "只是打招呼，还没有提出问题。",
    "empty": "没有可以匹配的文字。",
    "nothing_close": "知识库里没有足够接近的内容，不编造答案，转给人工。",
    "asked_for_person": "顾客要求人工服务，直接转接。",
    "complaint": "顾客在投诉或表达不满，由专人优先处理。",
    "danger": "涉及健康、安全或法律，必须由专人处理。",
    "order_specific": "需要核对顾客自己的订单或账户，知识库答不了，转给人工。",
    "with_agent": "人工客服已经接手，机器人不再插话。",
}

#: The detail in which a question and an entry differ, by the value of `kb.index.details.Detail`.
CONFLICTS: Final[Mapping[str, str]] = {
    "code": "型号不同",
    "quantity": "数量、段位或尺码不同",
    "opposite": "说的是相反的情况",
    "negation": "一个肯定、一个否定",
    "wording": "说法很像，问的是另一件事",
    "product": "问的是另一种商品",
    "remainder": "说的是同一样东西，问的像是另一件事",
    "chat": "像是闲聊",
}

#: What is looked at when a question meets an entry, by the feature's name.
FEATURES: Final[Mapping[str, str]] = {
    "intercept": "起点",
    "dense": "语义相似度",
    "dense_second": "第二接近的问法",
    "centre": "与词条整体的相似度",
    "words": "用词匹配",
    "characters": "用字匹配",
    "bigrams": "相邻字匹配",
    "cover_words": "问题的词被覆盖",
    "cover_characters": "问题的字被覆盖",
    "cover_bigrams": "问题的相邻字被覆盖",
    "back_words": "问法的词被提到",
    "back_characters": "问法的字被提到",
    "union_words": "词在整条词条中",
    "union_characters": "字在整条词条中",
    "union_bigrams": "相邻字在整条词条中",
    "missing_word": "没对上的生僻词",
    "missing_character": "没对上的生僻字",
    "concepts": "概念匹配",
    "cover_concepts": "问题的概念被覆盖",
    "back_concepts": "问法的概念被提到",
    "union_concepts": "概念在整条词条中",
    "missing_concept": "没对上的生僻概念",
    "same_concepts": "概念一致程度",
    "same_concepts_ahead": "概念一致领先其他词条",
    "soft": "问题的词有近义词对上",
    "soft_back": "问法的词有近义词对上",
    "soft_both": "双方的词都对得上",
    "soft_ahead": "近义词领先其他词条",
    "soft_both_ahead": "双向近义词领先",
    "vote": "相近问法的票数",
    "phrasings": "问法的数量",
    "question_length": "问题长度",
    "longer": "问法与问题的长度比",
    "negation_differs": "否定不一致",
    "detail_differs": "细节不一致",
    "same": "逐字对照像在问同一件事",
    "unturned": "逐字对照没有变意的词",
    "same_ahead": "逐字对照领先其他词条",
    "unturned_ahead": "没有变意的词，领先其他词条",
    "conflict": "与所有问法冲突",
    "dense_ahead": "语义领先其他词条",
    "centre_ahead": "整体相似度领先",
    "words_ahead": "用词领先其他词条",
    "characters_ahead": "用字领先其他词条",
    "bigrams_ahead": "相邻字领先其他词条",
    "union_words_ahead": "词的覆盖领先",
    "union_characters_ahead": "字的覆盖领先",
    "vote_ahead": "票数领先其他词条",
    "order": "排序得分",
    "order_ahead": "排序得分领先",
    "order_share": "排序得分占比",
}

#: What went wrong, by the problem's stable code, for somebody in the chat.
PROBLEMS: Final[Mapping[str, str]] = {
    "bad_input": "这条消息没能被识别，请检查内容后再试。",
    "question_too_long": "问题太长了，请精简到 1,000 字以内再发送。",
    "nothing_to_match": "没有看到文字内容，请用一句话描述您的问题。",
    "not_found": "没有找到这段对话，请点“新对话”重新开始。",
    "conflict": "刚才有别的操作同时进行，请再试一次。",
    "not_ready": "知识库还没有发布内容，请先导入并发布词条，再来试问。",
    "release_damaged": "当前发布版本不完整，请联系管理员重新发布。",
    "release_mismatch": "发布版本与当前程序不匹配，请联系管理员重新发布。",
    "access_denied": "需要有效的访问密钥。",
    "role_too_low": "当前密钥的权限不够，请换一个密钥。",
    "store_unavailable": "数据暂时无法读写，请稍后再试。",
    "internal_error": "服务出了点问题，请稍后再试。",
}

#: How soon a ticket is looked at, by the value of the priority.
PRIORITIES: Final[Mapping[str, str]] = {"urgent": "紧急", "ordinary": "普通", "complex": "复杂"}

#: Everything else on the page that is said in more than one place, or that tests rely on.
SAYS: Final[Mapping[str, str]] = {
    "greeting": replies.GREETING,
    "service_ended": replies.SERVICE_ENDED,
    "unreachable": "网络好像断开了，消息还没有发出去。",
    "failed": "服务暂时没有回应，请稍后再试。",
    "key_wrong": "这个密钥不对或已停用，请重新输入。",
}
