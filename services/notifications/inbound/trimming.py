"""What a person wrote, without what their program quoted below or above it and without its own lines.

Quotations are found by quotequail, one line after another and so in a time that grows with the text alone. It does
not know our own mails, every language, or signatures: those rules are here.
"""

import re
from collections.abc import Collection

import quotequail

MANY = 5_000
"""Lines that are looked through."""
LONG = 1000
QUOTED = re.compile(r"^\s{0,3}[>|]")
HEADER = re.compile(r"^\W{0,3}[A-Za-zÀ-ÿ ]{2,20}:\W")
YEAR = re.compile(r"\b20\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2}\b")
ATTRIBUTION = re.compile(
    r"(?:^(?:On|El|Em|A|No dia|Le|Am)\b.{4,300}\b(?:wrote|escribió|escribi[oó]|escreveu|a écrit|schrieb)\b.{0,100}:$)"
    r"|(?:^.{4,300}<[^<> ]{3,100}@[^<> ]{3,100}>.{0,80}(?:wrote|escribió|escreveu).{0,80}:$)"
    r"|(?:^.{0,200}(?:escribió|escreveu|wrote)(?: el| em| no dia| on)?\b.{0,200}\b20\d\d.{0,100}:$)",
    re.IGNORECASE,
)
BEGINS = re.compile(r"^(?:On|El|Em|A|Às|No dia|Le|Am)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"^\s*[-_]{2,}\s*(?:Original Message|Mensaje original|Mensagem original|Forwarded message|Mensaje reenviado"
    r"|Mensagem encaminhada|Reply message|Mensaje de respuesta)\s*[-_]{2,}\s*$",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"^(?:Sent (?:from|via|with) (?:my |Outlook|Yahoo|Proton|Samsung|Mail|the |Gmail|Android|iOS).{0,80}"
    r"|Get Outlook for .{0,80}|Enviado (?:desde|con|a partir|do|da|através|pelo|de) .{0,80}"
    r"|Obtener Outlook para .{0,80}|Obter o Outlook para .{0,80}|Obtenga Outlook para .{0,80}"
    r"|Descarga Outlook .{0,80}|Yahoo Mail: .{0,80}|Mandado desde .{0,80})$",
    re.IGNORECASE,
)


def trimmed(text: str, ours: Collection[str] = ()) -> str:
    """Return what is new in the text of an answer; `ours` are the addresses that our mails come from.

    Where nothing would be left, the whole text is returned: too much is better than nothing.
    """
    lines = text.split("\n")[:MANY]
    start = _quote_start(lines, [address.casefold() for address in ours if address])
    top, rest = lines[:start], lines[start:]
    # Who answers below or between the quoted lines wrote what is not marked as quoted.
    below = _written_below(rest) if any(QUOTED.match(line) for line in rest) else []
    new = _without_signature([line for line in [*top, "", *below] if not QUOTED.match(line)])
    return _joined(new) or _joined(lines)


def _quote_start(lines: list[str], ours: list[str]) -> int:
    """Return the number of the line with which the quotation begins, the number of lines where there is none."""
    known = quotequail.quote("\n".join(line[:LONG] for line in lines), limit=MANY, quote_intro_line=True)
    places = [known[0][1].count("\n") + 1 if len(known) > 1 and known[0][1] else 0 if len(known) > 1 else len(lines)]
    for number, line in enumerate(lines):
        if SEPARATOR.match(line[:LONG]) or _is_header_block(lines, number) or _names_us(lines, number, ours):
            places.append(number)
            break
        if _attribution_length(lines, number):
            places.append(number)
            break
    return min(places)


def _attribution_length(lines: list[str], number: int) -> int:
    """Return how many lines, up to three, an attribution takes that begins here; programs break it where they like."""
    first = lines[number].strip()
    if not first or QUOTED.match(first):
        return 0
    begins = BEGINS.match(first) or YEAR.search(first[:LONG]) or "@" in first
    for count in (1, 2, 3) if begins else (1,):
        part = [line.strip() for line in lines[number : number + count]]
        joined = " ".join(part)[:LONG]
        if not all(part):
            return 0
        if joined.endswith(":") and ATTRIBUTION.match(joined) and (count == 1 or YEAR.search(joined)):
            return count
    return 0


def _is_header_block(lines: list[str], number: int) -> bool:
    """Return whether three of five lines from here on look like the headers that Outlook puts above a quotation."""
    if not HEADER.match(lines[number][:LONG]):
        return False
    block = [line[:LONG] for line in lines[number : number + 6] if line.strip()]
    names = [line.strip(" *\t").partition(":")[0].strip(" *").casefold() for line in block if HEADER.match(line)]
    return len(HEADERS.intersection(names)) >= 3


HEADERS = frozenset(
    (
        *("from", "sent", "to", "subject", "date", "cc", "reply-to", "organization", "de", "enviado", "enviado el"),
        *("enviados", "enviada", "enviado em", "para", "asunto", "assunto", "fecha", "data", "responder a"),
    )
)


def _names_us(lines: list[str], number: int, ours: list[str]) -> bool:
    """Return whether this line says that what follows is one of our mails, in whatever language."""
    line = lines[number][:LONG].casefold()
    if not any(address in line for address in ours):
        return False
    return line.rstrip().endswith(":") or bool(HEADER.match(line))


def _written_below(rest: list[str]) -> list[str]:
    """Return the lines after the introduction of a quotation that are not part of it."""
    first = next(number for number, line in enumerate(rest) if QUOTED.match(line))
    return [line for line in rest[first:] if not QUOTED.match(line)]


def _without_signature(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        # RFC 3676, section 4.3; many programs lose the space.
        if line.rstrip() == "--" and any(entry.strip() for entry in kept):
            break
        if SENT_FROM.match(line.strip()[:LONG]) and _ends_soon(lines[number + 1 :]):
            continue
        kept.append(line)
    return kept


def _ends_soon(after: list[str]) -> bool:
    return sum(bool(line.strip()) for line in after) <= 2


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip().strip("_").strip()
