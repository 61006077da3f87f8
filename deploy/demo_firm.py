"""The firm that a new installation on one machine can start with: its people, its clients, what goes on with them.

Mail addresses end in `.example`, which is nobody's (RFC 2606), and on one machine messages are captured, not sent.
"""

from dataclasses import dataclass, field
from typing import Any

SETTINGS: dict[str, Any] = {
    "firm_name": "Marín & Costa",
    "portal_name": "Marín & Costa",
    "legal_name": "Marín y Costa Asesores, S.L.",
    "address": "Alameda 31\n29001 Málaga",
    "phone": "+34952555014",
    "email": "hola@marincosta.example",
    "website": "https://marincosta.example",
    "banner": "Campaña de impuestos: respondemos en un día laborable",
    "accent": "#1f5f8b",
    "locale": "es",
    "timezone": "Europe/Madrid",
    "currency": "EUR",
    "office_hours": "Lunes a viernes, de 9 a 18",
}

ANNOUNCEMENT: dict[str, Any] = {
    "titles": {
        "es": "Cerramos el viernes 4 de diciembre",
        "pt": "Fechamos na sexta-feira, 4 de dezembro",
        "en": "We are closed on Friday, 4 December",
    },
    "texts": {
        "es": "Envíenos lo urgente antes del jueves a mediodía.",
        "pt": "Envie-nos o que for urgente até quinta-feira ao meio-dia.",
        "en": "Send us what is urgent by Thursday noon.",
    },
}


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    name: str
    email: str
    locale: str
    mobile: str | None = None
    role: str = "owner"


@dataclass(frozen=True)
class Paper:
    """A document: its file name, the lines on it, and whether the client sees it."""

    name: str
    lines: tuple[str, ...]
    shared: bool = True


@dataclass(frozen=True)
class Ask:
    """A request to a client; `due_in` is in days from today, `reply` its answer, `parts` what came for its items."""

    title: str
    message: str
    items: tuple[str, ...] = ()
    due_in: int | None = None
    reply: str | None = None
    reply_paper: Paper | None = None
    parts: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Client:
    """A client with its contact persons. `active` ones have accepted their invitation and can sign in."""

    name: str
    kind: str
    locale: str
    people: tuple[Person, ...]
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    since: str | None = None
    active: bool = False
    invited: bool = True
    papers: tuple[Paper, ...] = ()
    asks: tuple[Ask, ...] = ()
    to_sign: tuple[Paper, ...] = ()
    signed: tuple[Paper, ...] = ()
    sent: tuple[Paper, ...] = field(default=())
    is_test: bool = False


FOLDERS: tuple[dict[str, Any], ...] = (
    {"names": {"en": "Contracts", "es": "Contratos", "pt": "Contratos"}, "rights": {"owner": "view", "member": "view"}},
    {
        "names": {"en": "Tax returns 2025", "es": "Declaraciones 2025", "pt": "Declarações 2025"},
        "rights": {"owner": "view", "member": "view"},
    },
    {
        "names": {"en": "For bookkeeping", "es": "Para la contabilidad", "pt": "Para a contabilidade"},
        "rights": {"owner": "upload", "member": "upload"},
    },
    {"names": {"en": "Internal", "es": "Interno", "pt": "Interno"}, "rights": {"owner": "none", "member": "none"}},
)
"""The folders of each client, which a new one gets too."""

STAFF = (
    Person("Lucía Marín", "lucia@marincosta.example", "es", role="owner"),
    Person("Tiago Costa", "tiago@marincosta.example", "pt", role="manager"),
)

CLIENTS = (
    Client(
        "Talleres Acosta, S.L.",
        "company",
        "es",
        (
            Person("Ana Acosta", "ana@talleresacosta.example", "es", "+34600555011"),
            Person("Joaquín Ribera", "joaquin@talleresacosta.example", "es", role="billing"),
        ),
        tax_number="B44182270",
        address="Calle Olivo 18\n29002 Málaga",
        phone="+34952555100",
        since="2019-03-01",
        active=True,
        papers=(
            Paper(
                "Declaración de IVA, tercer trimestre.pdf",
                ("Modelo 303, tercer trimestre de 2026", "Resultado: a ingresar 1.842,35 €"),
            ),
            Paper(
                "Nóminas de octubre.pdf",
                ("Resumen de nóminas, octubre de 2026", "Seis personas, coste total 14.208,90 €"),
            ),
            Paper(
                "Notas de la reunión.pdf", ("Solo para el despacho", "Revisar la amortización del torno"), shared=False
            ),
        ),
        asks=(
            Ask(
                "Extractos bancarios, tercer trimestre",
                "Para cerrar el trimestre necesitamos los extractos de las dos cuentas.\n\n"
                "Si le resulta más cómodo, basta con una foto legible.",
                ("Extracto de julio", "Extracto de agosto", "Extracto de septiembre"),
                parts=(Paper("Extracto de julio.pdf", ("Cuenta corriente, julio de 2026", "Saldo final 8.412,77 €")),),
                due_in=6,
            ),
            Ask(
                "Alta de un trabajador",
                "Envíenos la copia del DNI y el número de la Seguridad Social de la nueva persona.",
                due_in=2,
                reply="Se los adjunto. Empieza el lunes.",
                reply_paper=Paper(
                    "DNI y afiliación.pdf", ("Documento de identidad", "Número de afiliación 29 10123456 78")
                ),
            ),
        ),
        to_sign=(
            Paper(
                "Carta de encargo 2027.pdf",
                (
                    "Carta de encargo 2027",
                    "El cliente acepta los términos de esta carta y sus anexos.",
                    "",
                    "Firma del cliente:",
                ),
            ),
        ),
    ),
    Client(
        "Quinta do Salgueiro, Lda.",
        "company",
        "pt",
        (Person("João Salgueiro", "joao@salgueiro.example", "pt", "+351910555012"),),
        tax_number="PT509876543",
        address="Rua do Moinho 4\n5100-022 Lamego",
        phone="+351254555120",
        since="2021-06-15",
        active=True,
        papers=(
            Paper(
                "Balancete de setembro.pdf",
                ("Balancete de setembro de 2026", "Resultado antes de impostos 23.410,00 €"),
            ),
        ),
        asks=(
            Ask(
                "Faturas da vindima",
                "Falta-nos a documentação da vindima para fechar as contas do mês.",
                ("Fatura do transporte", "Recibos dos trabalhadores"),
                due_in=9,
                reply="Segue a fatura do transporte. Os recibos vão esta semana.",
                reply_paper=Paper(
                    "Fatura do transporte.pdf", ("Transportes Douro", "Fatura 2026/118", "Total 860,00 €")
                ),
            ),
        ),
        to_sign=(
            Paper(
                "Contrato de prestação de serviços.pdf",
                (
                    "Contrato de prestação de serviços 2027",
                    "As partes acordam nos termos aqui descritos.",
                    "",
                    "Assinatura do cliente:",
                ),
            ),
        ),
    ),
    Client(
        "Hart Interiors Ltd",
        "company",
        "en",
        (Person("James Hart", "james@hartinteriors.example", "en"),),
        tax_number="GB 987 6543 21",
        address="12 Harbour Street\nMarbella",
        phone="+442079460014",
        since="2024-01-10",
        active=True,
        papers=(Paper("Annual accounts 2025.pdf", ("Annual accounts 2025", "Profit for the year 41,250.00 €")),),
        asks=(Ask("Proof of address", "The bank asks for a recent utility bill in the company's name.", due_in=-1),),
        signed=(
            Paper(
                "Engagement letter 2026.pdf",
                (
                    "Engagement letter 2026",
                    "The client accepts the terms of this letter and its annexes.",
                    "",
                    "Signature of the client:",
                ),
            ),
        ),
        sent=(Paper("Lease of the showroom.pdf", ("Lease agreement", "Harbour Street 12, ground floor")),),
    ),
    Client(
        "Panadería La Espiga",
        "company",
        "es",
        (Person("Rosa Cano", "rosa@laespiga.example", "es"),),
        "B29555011",
        since="2018-09-01",
    ),
    Client(
        "Clínica Dental Miramar",
        "company",
        "es",
        (
            Person("Dr. Iván Prieto", "ivan@miramar.example", "es"),
            Person("Nuria Sanz", "nuria@miramar.example", "es", role="member"),
        ),
        "B29555012",
        since="2020-02-01",
    ),
    Client(
        "Elena Fuentes Rivas",
        "person",
        "es",
        (Person("Elena Fuentes", "elena@fuentes.example", "es"),),
        "25555013K",
        since="2022-04-01",
    ),
    Client(
        "Marisqueira Atlântico, Lda.",
        "company",
        "pt",
        (Person("Teresa Nunes", "teresa@atlantico.example", "pt"),),
        "PT501555014",
        since="2023-05-02",
    ),
    Client(
        "Miguel Ângelo Ferreira",
        "person",
        "pt",
        (Person("Miguel Ferreira", "miguel@ferreira.example", "pt"),),
        "PT212555015",
        invited=False,
    ),
    Client(
        "Northern Light Studio",
        "company",
        "en",
        (Person("Freya Lindqvist", "freya@northernlight.example", "en"),),
        "ESN2555016",
        since="2025-01-20",
    ),
    Client(
        "Sofía y Hermanos, C.B.",
        "company",
        "es",
        (Person("Sofía Delgado", "sofia@hermanos.example", "es"),),
        "E29555017",
        invited=False,
    ),
    Client(
        "Construcciones Peñalver e Hijos de Antequera, Sociedad Limitada Unipersonal",
        "company",
        "es",
        (Person("María de los Ángeles Peñalver Rodríguez de la Fuente", "angeles@penalver.example", "es"),),
        "B29555018",
        since="2016-11-11",
    ),
    Client(
        "Cliente de prueba",
        "company",
        "es",
        (Person("Persona de prueba", "prueba@marincosta.example", "es"),),
        invited=False,
        is_test=True,
    ),
)
