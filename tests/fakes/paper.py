"""A PDF made by hand: texts at places, and rules between them, in a font that every reader knows by name."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595.0, 842.0  # A4, in points

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font"
    b" /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    b" /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [0 -200 1000 900]"
    b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >> >>] >>"
)


@dataclass(frozen=True, slots=True)
class Put:
    """A text whose top left corner is at x, y; y grows downwards."""

    x: float
    y: float
    text: str
    size: float = 10.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float


def pdf(pages: Sequence[Sequence[Put | Rule]], *, picture: bool = False) -> bytes:
    """The bytes of a PDF; `picture` puts one over each page, as a scanner does."""
    objects: list[bytes] = [b"", b"", _FONT.replace(b"%s", b"STSong-Light")]
    if picture:
        image = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        image += b" /BitsPerComponent 8 /Length 1 >>"
        objects.append(image + b"\nstream\n\x80\nendstream")
    kids = []
    for page in pages:
        content = b"".join(map(_drawn, page))
        if picture:
            content += b"q 500 0 0 700 50 50 cm /I Do Q\n"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        resources = b"/Font << /F 3 0 R >>" + (b" /XObject << /I 4 0 R >>" if picture else b"")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << %s >> /Contents %d 0 R >>"
            % (WIDTH, HEIGHT, resources, len(objects))
        )
        kids.append(len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _file(objects)


def _drawn(thing: Put | Rule) -> bytes:
    if isinstance(thing, Rule):
        return b"%.1f %.1f m %.1f %.1f l S\n" % (thing.x, HEIGHT - thing.y, thing.to_x, HEIGHT - thing.to_y)
    text = thing.text.encode("utf-16-be").hex().encode()
    return b"BT /F %.1f Tf %.1f %.1f Td <%s> Tj ET\n" % (thing.size, thing.x, HEIGHT - thing.y - thing.size, text)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def lines(text: str, x: float, y: float, *, wide: int, size: float = 10.0, leading: float = 16.0) -> list[Put]:
    """A text broken into lines of `wide` characters."""
    return [
        Put(x, y + leading * at, text[start : start + wide], size) for at, start in enumerate(range(0, len(text), wide))
    ]
