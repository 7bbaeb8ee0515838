"""Questions that stand over a page until they are answered."""

from collections.abc import Callable
from typing import Any

from nicegui import ui


class Dialog(ui.dialog):
    """A question over the page: whatever is drawn anew behind it leaves it alone, and its first answer counts.

    What stands in it is made inside its context. A button of it that is `final` takes it out of sight at once, and so
    does Esc: nobody presses twice, or types into nothing, because the server has not heard of it yet.
    """

    def __init__(self) -> None:
        """Place it; `answer` shows it."""
        with ui.context.client.layout:  # a dialog goes with what it was made in
            self._place = ui.element()
        self._place.set_visibility(False)
        with self._place:
            super().__init__()
        self._heard: Callable[[], None] | None = None
        self._open = True
        self._first: Any = None
        self.on_value_change(lambda event: None if event.value else self.submit(None))
        away = f"document.getElementById('{self.html_id}')?.setAttribute('data-answered', '')"
        self.on("update:model-value", js_handler=f"(open) => {{ if (!open) {away}; }}")

    def submit(self, result: Any) -> None:
        """Answer it, unless it was answered before."""
        if self._open:
            self._open, self._first = False, result
            super().submit(result)
            if self._heard:
                self._heard()

    async def answer(self, heard: Callable[[], None] | None = None) -> Any:
        """Show it until it is answered, and take it away; None when it was closed, or the page was.

        `heard` is called with the answer at once, before anything else that came from the page is looked at.
        """
        self._heard = heard
        await self
        if not self.is_deleted:
            self.delete()
            self._place.delete()
        return self._first
