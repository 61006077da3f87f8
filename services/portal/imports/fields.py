"""What the columns of a file may mean: fields of a client and of a contact person, and the words people call them by.

The first word of each language is the heading in an export, so that what was exported is recognised at its import.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from services.portal.directory.names import fold
from services.portal.field_editor.definitions import Definition, custom_fields, definitions

Words = Mapping[str, Sequence[str]]
WORDS: dict[str, Words] = {
    "name": {
        "en": ("Client", "Name", "Client name", "Company", "Company name", "Account", "Account name", "Business name"),
        "es": ("Cliente", "Nombre", "Razón social", "Empresa", "Nombre del cliente", "Denominación", "Cuenta"),
        "pt": ("Cliente", "Nome", "Denominação social", "Empresa", "Nome do cliente", "Designação", "Firma", "Conta"),
    },
    "kind": {
        "en": ("Kind of client", "Kind", "Type", "Client type"),
        "es": ("Tipo de cliente", "Tipo", "Clase"),
        "pt": ("Tipo de cliente", "Tipo", "Natureza"),
    },
    "tax_number": {
        "en": ("Tax number", "Tax id", "VAT number", "VAT", "VAT id", "TIN", "EIN"),
        "es": ("Número fiscal", "NIF", "CIF", "NIF/CIF", "DNI", "NIE", "RFC", "Número de identificación fiscal"),
        "pt": ("Número fiscal", "NIF", "NIPC", "Contribuinte", "Número de contribuinte", "CNPJ", "CPF", "NIF/NIPC"),
    },
    "email": {
        "en": ("E-mail", "Email", "Mail", "Email address", "Company email", "Client email"),
        "es": ("Correo electrónico", "Correo", "Email", "E-mail", "Correo de la empresa"),
        "pt": ("Correio eletrónico", "Correio", "Email", "E-mail", "Email da empresa", "Endereço de email"),
    },
    "phone": {
        "en": ("Phone", "Telephone", "Phone number", "Tel", "Landline"),
        "es": ("Teléfono", "Tel", "Número de teléfono", "Teléfono fijo"),
        "pt": ("Telefone", "Tel", "Número de telefone", "Telefone fixo"),
    },
    "address": {
        "en": ("Address", "Postal address", "Street"),
        "es": ("Dirección", "Domicilio", "Dirección postal"),
        "pt": ("Morada", "Endereço", "Sede"),
    },
    "locale": {
        "en": ("Language", "Locale"),
        "es": ("Idioma", "Lengua"),
        "pt": ("Língua", "Idioma"),
    },
    "client_since": {
        "en": ("Client since", "Since", "Start date", "Customer since"),
        "es": ("Cliente desde", "Desde", "Fecha de alta", "Alta"),
        "pt": ("Cliente desde", "Desde", "Data de início", "Início"),
    },
    "adviser": {
        "en": ("Adviser", "Advisor", "Responsible", "Account manager", "Manager"),
        "es": ("Asesor", "Responsable", "Gestor", "Asesora"),
        "pt": ("Consultor", "Responsável", "Gestor", "Consultora"),
    },
    "tags": {
        "en": ("Tags", "Labels", "Tag"),
        "es": ("Etiquetas", "Etiqueta"),
        "pt": ("Etiquetas", "Etiqueta"),
    },
    "external_id": {
        "en": ("External id", "Id", "Client number", "Customer number", "Client id", "Code", "Number"),
        "es": ("Id externo", "Código", "Código de cliente", "Número de cliente", "Id cliente"),
        "pt": ("Id externo", "Código", "Código de cliente", "Número de cliente", "Id cliente"),
    },
    "contact.name": {
        "en": ("Contact person", "Contact", "Contact name", "Full name", "Person"),
        "es": ("Persona de contacto", "Contacto", "Nombre del contacto", "Nombre completo"),
        "pt": ("Pessoa de contacto", "Contacto", "Nome do contacto", "Nome completo"),
    },
    "contact.email": {
        "en": ("Contact e-mail", "Contact email", "Person email"),
        "es": ("Correo del contacto", "Email del contacto", "E-mail de contacto", "Correo de contacto"),
        "pt": ("Correio do contacto", "Email do contacto", "E-mail de contacto", "Email de contacto"),
    },
    "contact.mobile": {
        "en": ("Mobile", "Mobile phone", "Cell", "Cell phone", "Contact mobile"),
        "es": ("Móvil", "Teléfono móvil", "Celular", "Móvil del contacto"),
        "pt": ("Telemóvel", "Telemóvel do contacto", "Celular"),
    },
    "contact.role": {
        "en": ("Role", "Contact role"),
        "es": ("Función", "Rol", "Papel"),
        "pt": ("Função", "Papel", "Cargo"),
    },
}  # fmt: skip
IN_BLOCK = {"adviser": "adviser_id"}
KEYS = ("external_id", "tax_number", "email")
"""By what a client that is there already is recognised."""


def heading(field: str, locale: str) -> str:
    """Return what the column of a built-in field is called in an export."""
    words = WORDS[field]
    return words.get(locale, words["en"])[0]


def available(session: Session) -> dict[str, str]:
    """Return the fields that a column may be, by name: those that are switched on. Values are labels of own fields."""
    active = {
        ("" if block == "account" else "contact.") + field.name
        for block in ("account", "contact")
        for field in definitions(session, block)
        if field.active
    }
    found = {name: "" for name in WORDS if IN_BLOCK.get(name, name) in active or name in ("tags", "external_id")}
    own = [field for field in custom_fields(session, "account").values() if field.active and field.kind != "file"]
    return found | {f"custom.{field.name}": label_of(field) for field in own}


def label_of(field: Definition, locale: str = "en") -> str:
    """Return what a field of the firm's own is called."""
    return field.labels.get(locale) or next(iter(field.labels.values()), field.name)


def guess(header: Sequence[str], fields: Mapping[str, str]) -> list[str]:
    """Return the field that each column most likely is, "" for none; no field twice."""
    known = {
        _plain(word): field
        for field in reversed(list(WORDS))
        if field in fields
        for words in WORDS[field].values()
        for word in words
    }
    known |= {_plain(field): field for field in fields}
    known |= {_plain(label): field for field, label in fields.items() if label}
    found: list[str] = []
    for column in header:
        field = known.get(_plain(column), "")
        found.append("" if field in found else field)
    return found


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, fold(word)))
