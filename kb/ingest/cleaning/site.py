"""What document-sharing sites put around a document: notices, disclaimers, menus, lists of other documents."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.ingest.blocks import Block, Heading, Table
from kb.ingest.lines import has_pause

_FILE = r"\.(?:docx?|pptx?|pdf|xlsx?|txt|wps|rar|zip)"

# any of these makes a line a notice of the site, whatever else it says
_NOTICE = re.compile(
    r"下载文档前|付费前请自行|仅部分预览|原创力文档|book118|淘文阁|豆丁网|道客巴巴|人人文库|装配图网"
    r"|(?:文档|文件|资料|课件|资源)(?:为|是|一经)?(?:VIP|付费)|VIP(?:文档|后)|成为VIP|亿VIP|扣除\d*次下载权益"
    r"|本(?:站|网站|平台|文库)(?:所有|不|仅|只|提供|资源|内容|的?文档|不对|不保证|承担|对)"
    r"|(?:网友|用户|会员|合作方)(?:或网友)?(?:上传|分享|投稿|收集整理)"
    r"|请在.{0,20}(?:网|网站|站)上?搜索|更多相关《.*》"
    r"|(?:文档|本文|资料|内容|图片|素材|作品|课件).{0,6}(?:侵犯|侵权|涉嫌侵).{0,60}(?:联系|告知|申诉|举报|反馈|删除|处理)"
    r"|如(?:有|涉及|果)?.{0,4}(?:侵权|版权问题|侵犯.{0,6}(?:权益|版权|著作权)).{0,40}(?:联系|告知|删除|处理)"
    r"|版权(?:归|属于)原?作者|(?:严禁|禁止|请勿)(?:复制|转载|商用|用于商业)|侵权必究|禁止商用|转载请注明"
    r"|仅供.{0,12}(?:学习|研究|参考|交流).{0,24}(?:不得|勿|禁止|请于|24小时|商业用途)"
    r"|国旗、国徽等图片|仅对作品中独创性部分享有著作权|首页显示word图标"
    r"|版权所有|All [Rr]ights [Rr]eserved|ICP备\d|公网安备"
)
# a whole line that is a label, a button or a figure about the file
_LABEL = re.compile(
    r"(?:(?:合集|立即|免费|点击|文档|资源|全文|本文)?下载(?:文档|全文|原文|本文|地址|积分.{0,8}|.{0,6}APP)?|(?:点击)?(?:查看|展开|阅读)(?:更多|全文|剩余.{0,8})"
    r"|收起|实名认证|文档贡献者|认证主体.{0,20}|该用户很懒.*|.{0,12}\+ ?关注|文档评论\(?\d*\)?|\d*条?评论\(\d+\)"
    r"|(?:文档)?(?:格式|类型)\s*[:：]\s*(?:pptx?|docx?|pdf|xlsx?|txt|wps)|(?:文件|文档)?大小\s*[:：]\s*[\d.]+\s*[KMG]?B"
    r"|(?:文档)?(?:页数|总页数)\s*[:：]\s*\d+页?|(?:上传|发布|更新)(?:人|者|时间|日期)\s*[:：].{0,30}|(?:浏览|阅读|下载)(?:量|次数|数)\s*[:：].{0,12}"
    r"|配套讲稿\s*[:：]?|特殊限制\s*[:：]?|限制\s*\d+\s*内|上一篇.{0,30}|下一篇.{0,30}|返回(?:首页|顶部)|分享到.{0,20}|举报(?:文档)?|收藏(?:文档)?)"
)
# labels of lists that go on until running text comes again
_OTHERS = re.compile(
    r"(?:您|你)?可能(?:关注|感兴趣|喜欢)的?(?:文档|文章|内容|资料)?|最近下载|相关(?:文档|资源|推荐|阅读|文章|资料)(?:\s*更多.*)?|猜你喜欢|热门(?:文档|推荐|文章)|为您推荐|关\s*键\s*词\s*[:：]?"
)
_FILE_NAME = re.compile(rf"[^，。；！？\n]{{1,80}}{_FILE}\s*(?:VIP)?")
_SUFFIX = re.compile(r"(?<=[\u4e00-\u9fff）)])\s*(?:ppt|pptx|doc|docx|pdf|PPT|DOC|DOCX|PDF)$")
_LONGEST = 600  # characters of a notice
_MARKS = re.compile(r"^\W*(?:\d{1,3}\s*[、.．)）]\s*)*[-–—•·*\s]*")


def site(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Drop the lines of the site; the document's own name stays as text without its file extension."""
    removed: list[str] = []
    out: list[Block] = []
    listing = False
    for block in blocks:
        if isinstance(block, Table):
            listing = False
            out.append(block)
            continue
        line = _MARKS.sub("", block.text.strip())
        if _OTHERS.fullmatch(line):
            listing = True
        elif listing and (isinstance(block, Heading) or has_pause(line) or len(line) > 60):
            listing = _is_site(line)
        if listing or _is_site(line):
            removed.append(block.text)
            continue
        name = _SUFFIX.sub("", block.text) if len(block.text) < 40 else block.text
        if name != block.text:
            removed.append(block.text[len(name) :])
            block = replace(block, text=name)  # noqa: PLW2901 - the block without it
        out.append(block)
    return out, removed


def _is_site(line: str) -> bool:
    """Whether the line is the site's; a long text that only holds a notice somewhere is the document."""
    if len(line) > _LONGEST:
        return False
    return bool(_LABEL.fullmatch(line) or _FILE_NAME.fullmatch(line) or _NOTICE.search(line))
