"""The access log in words, for its file. Pages have their words in the gateway."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.portal.imports.fields import IN_BLOCK, WORDS, heading

HEAD = {
    "en": ("When (UTC)", "Who", "What", "Of what", "Fields"),
    "es": ("Cuándo (UTC)", "Quién", "Qué", "De qué", "Campos"),
    "pt": ("Quando (UTC)", "Quem", "O quê", "De quê", "Campos"),
}
KINDS = {
    "document.opened": ("Opened a document", "Abrió un documento", "Abriu um documento"),
    "document.downloaded": ("Downloaded a document", "Descargó un documento", "Descarregou um documento"),
    "document.locked": ("Locked a document", "Bloqueó un documento", "Bloqueou um documento"),
    "document.unlocked": ("Unlocked a document", "Desbloqueó un documento", "Desbloqueou um documento"),
    "link.created": ("Made a link to a document", "Creó un enlace a un documento", "Criou uma ligação a um documento"),
    "link.revoked": (
        "Closed a link to a document",
        "Cerró un enlace a un documento",
        "Fechou uma ligação a um documento",
    ),
    "account.changed": ("Changed the details", "Modificó los datos", "Alterou os dados"),
    "account.archived": ("Archived the client", "Archivó el cliente", "Arquivou o cliente"),
    "account.restored": ("Restored the client", "Restauró el cliente", "Restaurou o cliente"),
    "contact.added": ("Added a contact person", "Añadió una persona de contacto", "Adicionou uma pessoa de contacto"),
    "contact.changed": (
        "Changed a contact person",
        "Modificó una persona de contacto",
        "Alterou uma pessoa de contacto",
    ),
    "contact.removed": ("Removed a contact person", "Quitó una persona de contacto", "Removeu uma pessoa de contacto"),
    "contact.invited": ("Invited to the portal", "Invitó al portal", "Convidou para o portal"),
    "contact.withdrawn": ("Withdrew access", "Retiró el acceso", "Retirou o acesso"),
    "client.viewed": ("Looked at the client's page", "Consultó la ficha del cliente", "Consultou a ficha do cliente"),
    "request.viewed": ("Opened a request", "Abrió una solicitud", "Abriu um pedido"),
    "sign_request.viewed": ("Opened a sign request", "Abrió una solicitud de firma", "Abriu um pedido de assinatura"),
    "client.viewed_as": (
        "Viewed the portal as this person",
        "Vio el portal como esta persona",
        "Viu o portal como esta pessoa",
    ),
    "client.exported": ("Exported the data", "Exportó los datos", "Exportou os dados"),
}
LOCALES = tuple(HEAD)


def head(locale: str) -> tuple[str, ...]:
    """Return the headings of the file."""
    return HEAD.get(locale, HEAD["en"])


def line(entry: Mapping[str, Any], locale: str) -> Iterator[str]:
    """Yield the cells of an entry."""
    place = LOCALES.index(locale) if locale in LOCALES else 0
    yield f"{entry['at']:%Y-%m-%d %H:%M}"
    yield entry["by"]["name"]
    yield KINDS[entry["kind"]][place]
    yield entry["title"]
    yield ", ".join(_field(entry["subject"]["kind"], field, locale) for field in entry["fields"])


def _field(block: str, field: Mapping[str, Any], locale: str) -> str:
    if labels := field["labels"]:
        return str(labels.get(locale) or next(filter(None, labels.values()), field["name"]))
    column = next((word for word, name in IN_BLOCK.items() if name == field["name"]), field["name"])
    for name in (column, f"contact.{column}") if block == "account" else (f"contact.{column}", column):
        if name in WORDS:
            return heading(name, locale)
    return str(field["name"])
