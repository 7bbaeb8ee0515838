"""Which addresses are pages of the console, and what a browser may do on them."""

from kb.web.headers import SECURITY

#: Under these the console answers; everything else is the API's.
PREFIXES = ("/desk", "/studio", "/insight", "/audit", "/_nicegui", "/_nicegui_ws")

#: NiceGUI's pages are programs: their templates are compiled in the browser, and their first script stands in the page.
#: That one is named by a nonce, so no script that slips into a page later can run; all of it comes from here.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{nonce}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def is_page(path: str) -> bool:
    """Whether `path` belongs to the console."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES)


def headers(nonce: str = "") -> dict[str, str]:
    """Return what is sent with every reply of the console, unless the reply has a header of the same name."""
    return {**SECURITY, "Content-Security-Policy": POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else "")}
