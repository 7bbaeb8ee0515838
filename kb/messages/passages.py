"""How product documents are cited, to customers and to agents."""


def citation(title: str, section: str, page: int | None) -> str:
    """Say where it stands: 《纸尿裤选购指南》“尺码对照”第 3 页."""
    where = f"“{section}”" if section and section != title else ""
    return f"《{title}》{where}" + (f"第 {page} 页" if page else "")


def answer(text: str, cited: str) -> str:
    """Answer a customer from a document, naming it."""
    return f"{text}\n——{cited}"


def draft(question: str, text: str, cited: str) -> str:
    """Draft a reply from a document, for an agent to check against the question."""
    return f"您好，关于您咨询的「{question}」，{cited}中写到：\n{text}\n如果还有其他问题，欢迎随时告诉我们。"
