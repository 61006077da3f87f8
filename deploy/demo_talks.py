"""What the clients of the demo firm and its staff say to each other: conversations, cases, reviews."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Talk:
    """What a client writes, what staff answers to it, and what staff notes for itself."""

    title: str
    text: str
    answer: str = ""
    note: str = ""


@dataclass(frozen=True)
class Talks:
    """All that one client says. `review` is the number of stars and the comment, then the firm's answer."""

    conversations: tuple[Talk, ...] = ()
    cases: tuple[Talk, ...] = ()
    review: tuple[int, str, str] | None = None


TALKS = {
    "Talleres Acosta, S.L.": Talks(
        conversations=(
            Talk(
                "Renting de la furgoneta",
                "Buenos días. Pensamos cambiar la furgoneta en enero. ¿Nos conviene más comprarla o un renting?",
                "Depende de los kilómetros que hagan al año. Con menos de 25.000 suele convenir la compra.\n\n"
                "Si me envía la oferta del renting, se lo calculo esta semana.",
                "Calcular también el valor residual del vehículo actual.",
            ),
            Talk("Horario de la reunión", "¿Podríamos pasar la reunión del jueves a las 12?"),
        ),
        cases=(
            Talk(
                "Requerimiento de Hacienda sobre el modelo 347",
                "Hemos recibido una notificación: dicen que una operación con un proveedor no cuadra.",
                "Ya la hemos visto en la sede electrónica. Tenemos diez días hábiles; mañana le enviamos el borrador.",
            ),
        ),
        review=(5, "Contestan enseguida y lo explican sin tecnicismos.", "Muchas gracias, Ana. Da gusto leerlo."),
    ),
    "Quinta do Salgueiro, Lda.": Talks(
        conversations=(
            Talk(
                "Apoio à instalação de rega",
                "Bom dia. Ouvi falar de um apoio para sistemas de rega. Podemos candidatar-nos?",
                "Bom dia, João. Sim, as candidaturas estão abertas até ao fim do mês. Precisamos de dois orçamentos.",
            ),
        ),
        cases=(Talk("Recibo de vencimento com erro", "O recibo de outubro da Marta tem menos dois dias de férias."),),
    ),
    "Hart Interiors Ltd": Talks(
        conversations=(
            Talk("Invoices in pounds", "We now bill two clients in London. May we issue those invoices in pounds?"),
        ),
        review=(4, "Very thorough. The portal saves us a lot of e-mails.", ""),
    ),
}

CANNED_ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "title": "Recibido, lo miramos",
        "texts": {
            "es": "Buenos días, {contact}:\n\nlo hemos recibido y le contestamos en un día laborable.\n\n{staff}",
            "pt": "Bom dia, {contact}:\n\nrecebemos e respondemos no prazo de um dia útil.\n\n{staff}",
            "en": "Hello {contact},\n\nwe have received it and will answer within one working day.\n\n{staff}",
        },
    },
)
