"""What the demo firm asks for often: templates, and a request that comes every month."""

from typing import Any

TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "title": "Documentación para la renta",
        "message": "Para preparar su declaración necesitamos estos documentos. Puede enviarlos poco a poco.",
        "texts": {
            "en": {"title": "Papers for the tax return", "message": "Send them one by one, as you find them."},
            "pt": {"title": "Documentos para o IRS", "message": "Pode enviá-los aos poucos."},
        },
        "items": [
            {"title": "Certificado de retenciones", "needs_file": True},
            {"title": "Recibo del IBI", "needs_file": True, "description": "De cada inmueble."},
            {"title": "¿Ha cambiado su situación familiar?"},
            {"title": "Donativos", "optional": True},
        ],
        "due_days": 21,
    },
    {
        "title": "Alta de un trabajador",
        "message": "Envíenos los datos de la nueva persona al menos tres días antes de que empiece.",
        "items": [{"title": "DNI o NIE", "needs_file": True}, {"title": "Número de la Seguridad Social"}],
        "due_days": 3,
    },
)
MONTHLY: dict[str, Any] = {
    "content": {
        "title": "Facturas del mes",
        "message": "Envíenos las facturas emitidas y recibidas del mes pasado.",
        "items": [
            {"title": "Facturas emitidas", "needs_file": True},
            {"title": "Facturas recibidas", "needs_file": True},
        ],
        "due_days": 10,
    },
    "every": "month",
    "day": 5,
}
