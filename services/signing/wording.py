"""The words that go into documents, in the three languages."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

LOCALES = ("en", "es", "pt")
BABEL = {"en": "en_GB", "es": "es_ES", "pt": "pt_PT"}

CERTIFICATE = {
    "en": {
        "title": "Certificate of completion",
        "sealed_by": "Sealed by {firm}",
        "document": "Document",
        "pages": "Pages",
        "sent_by": "Sent by",
        "completed": "Completed",
        "reference": "Reference",
        "original": "SHA-256 of the original",
        "signers": "Signers",
        "identified_by": "Identified by",
        "address": "IP address",
        "browser": "Browser",
        "consent": "Consent",
        "consent_text": "Electronic Record and Signature Disclosure, version {version}, in English",
        "consent_hash": "SHA-256 of its text",
        "notified": "Notified",
        "viewed": "Opened",
        "consented": "Agreed",
        "signed": "Signed",
        "record": "Record of events",
        "since": "{methods}, on {time}",
        "chain": "Each event is tied to the one before by its hash. Last hash",
        "check": "This page is part of the sealed document. To check the document, open {url}. Times are in UTC.",
        "page": "Page {page} of {pages}",
    },
    "es": {
        "title": "Certificado de finalización",
        "sealed_by": "Sellado por {firm}",
        "document": "Documento",
        "pages": "Páginas",
        "sent_by": "Enviado por",
        "completed": "Finalizado",
        "reference": "Referencia",
        "original": "SHA-256 del original",
        "signers": "Firmantes",
        "identified_by": "Identificación",
        "address": "Dirección IP",
        "browser": "Navegador",
        "consent": "Conformidad",
        "consent_text": "Aviso sobre documentos y firmas electrónicas, versión {version}, en español",
        "consent_hash": "SHA-256 de su texto",
        "notified": "Avisado",
        "viewed": "Abierto",
        "consented": "Aceptado",
        "signed": "Firmado",
        "record": "Registro de actuaciones",
        "since": "{methods}, el {time}",
        "chain": "Cada actuación está unida a la anterior por su hash. Último hash",
        "check": "Esta página forma parte del documento sellado. Puede comprobarlo en {url}. Horas en UTC.",
        "page": "Página {page} de {pages}",
    },
    "pt": {
        "title": "Certificado de conclusão",
        "sealed_by": "Selado por {firm}",
        "document": "Documento",
        "pages": "Páginas",
        "sent_by": "Enviado por",
        "completed": "Concluído",
        "reference": "Referência",
        "original": "SHA-256 do original",
        "signers": "Signatários",
        "identified_by": "Identificação",
        "address": "Endereço IP",
        "browser": "Navegador",
        "consent": "Concordância",
        "consent_text": "Informação sobre documentos e assinaturas eletrónicas, versão {version}, em português",
        "consent_hash": "SHA-256 do texto",
        "notified": "Avisado",
        "viewed": "Aberto",
        "consented": "Aceite",
        "signed": "Assinado",
        "record": "Registo de atos",
        "since": "{methods}, em {time}",
        "chain": "Cada ato está ligado ao anterior pelo seu hash. Último hash",
        "check": "Esta página faz parte do documento selado. Pode verificá-lo em {url}. Horas em UTC.",
        "page": "Página {page} de {pages}",
    },
}

ACTIONS = {
    "en": {
        "created": "Request made",
        "prepared": "Document checked",
        "failed": "Document could not be used",
        "planned": "Fields placed",
        "sent": "Sent",
        "viewed": "Opened the document",
        "consented": "Agreed to sign electronically",
        "signed": "Signed",
        "completed": "Sealed",
        "declined": "Declined",
        "voided": "Taken back",
    },
    "es": {
        "created": "Solicitud creada",
        "prepared": "Documento comprobado",
        "failed": "El documento no se pudo usar",
        "planned": "Campos colocados",
        "sent": "Enviado",
        "viewed": "Abrió el documento",
        "consented": "Aceptó firmar electrónicamente",
        "signed": "Firmó",
        "completed": "Sellado",
        "declined": "Rechazó la firma",
        "voided": "Anulado",
    },
    "pt": {
        "created": "Pedido criado",
        "prepared": "Documento verificado",
        "failed": "O documento não pôde ser usado",
        "planned": "Campos colocados",
        "sent": "Enviado",
        "viewed": "Abriu o documento",
        "consented": "Aceitou assinar eletronicamente",
        "signed": "Assinou",
        "completed": "Selado",
        "declined": "Recusou assinar",
        "voided": "Anulado",
    },
}

METHODS = {
    "en": {"password": "Password", "code": "One-time code", "passkey": "Passkey"},
    "es": {"password": "Contraseña", "code": "Código de un solo uso", "passkey": "Llave de acceso"},
    "pt": {"password": "Palavra-passe", "code": "Código de uso único", "passkey": "Chave de acesso"},
}
SIGNED_IN = {"en": "Signed in to the portal", "es": "Sesión iniciada en el portal", "pt": "Sessão iniciada no portal"}

SIGNED_BY = {"en": "Signed by {name}, {time}", "es": "Firmado por {name}, {time}", "pt": "Assinado por {name}, {time}"}
SEAL_REASON = {
    "en": "Completed and sealed on behalf of all signers",
    "es": "Completado y sellado en nombre de todos los firmantes",
    "pt": "Concluído e selado em nome de todos os signatários",
}


def known(locale: str) -> str:
    """Return `locale` if there are words in it, else English."""
    return locale if locale in LOCALES else "en"


def moment(at: datetime, locale: str) -> str:
    """Return a UTC time to the second, as people write it."""
    return format_datetime(at, "d MMM y, HH:mm:ss", locale=BABEL[known(locale)])


def day(on: date, locale: str) -> str:
    """Return a day as people write it."""
    return format_date(on, "long", locale=BABEL[known(locale)])


def methods(names: list[str], locale: str) -> str:
    """Return how somebody proved who they are."""
    words = METHODS[known(locale)]
    return " + ".join(words.get(name, name) for name in names) or SIGNED_IN[known(locale)]
