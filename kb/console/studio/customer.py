"""What a customer would see of an entry: the answer with its line breaks and links, and what may be asked next."""

from kb import messages
from kb.console.markup import link, linked, tag, text
from kb.types import Entry

words = messages.studio


def bubble(question: str, answer: str, entry: Entry | None = None) -> str:
    """The question and the answer as the chat shows them."""
    links = entry.links if entry else ()
    follow_ups = entry.follow_ups if entry else ()
    return tag(
        "div",
        tag("div", text(question or words.NO_QUESTION_YET), class_="st-said st-said-customer"),
        tag(
            "div",
            tag("div", linked(answer) if answer else text(words.NO_ANSWER_YET), class_="st-lines"),
            tag("ul", *(tag("li", link(one.title, one.url)) for one in links), class_="st-said-links") if links else "",
            class_="st-said st-said-bot" + ("" if answer else " kb-soft"),
        ),
        tag(
            "div",
            tag("span", text(words.FOLLOW_UPS), class_="kb-small kb-soft"),
            *(tag("span", text(one), class_="st-said-next") for one in follow_ups),
            class_="st-said-more",
        )
        if follow_ups
        else "",
        class_="st-chat",
    )
