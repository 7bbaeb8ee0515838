"""`kb forget`: a conversation, erased."""

from typing import Annotated

from kb import messages
from kb.cli.declare import argument, opened
from kb.cli.show import out
from kb.cli.who import operator


def forget(conversation: Annotated[str, argument("conversation", "CONVERSATION")]) -> None:
    """Erase a conversation and all that was kept of it."""
    from kb.errors import NotFound
    from kb.types import ConversationId

    with opened() as kb:
        if not kb.store.conversations.forget(ConversationId(conversation), by=operator(), at=kb.clock.now()):
            raise NotFound(f"there is no conversation {conversation}")
        out.print(messages.cli.FORGOTTEN.format(id=conversation), markup=False)
