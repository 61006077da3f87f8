"""The words of an export's index page, in the languages of the portal."""

from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Data of {name}",
        "made": "Made on {at} by {firm}.",
        "lead": "This archive holds what the portal keeps. Files are as they were stored; lists are in JSON, which any "
        "text editor opens.",
        "areas": {
            "portal": "Profile, requests, conversations and cases",
            "documents": "Documents",
            "signing": "Sign requests and signed documents",
            "identity": "People and sign-ins",
            "notifications": "Messages",
        },
        "file": "File",
        "size": "Size",
    },
    "es": {
        "title": "Datos de {name}",
        "made": "Creado el {at} por {firm}.",
        "lead": "Este archivo contiene lo que guarda el portal. Los archivos están tal como se guardaron; las listas "
        "están en JSON, que se abre con cualquier editor de texto.",
        "areas": {
            "portal": "Perfil, solicitudes, conversaciones y casos",
            "documents": "Documentos",
            "signing": "Solicitudes de firma y documentos firmados",
            "identity": "Personas e inicios de sesión",
            "notifications": "Mensajes",
        },
        "file": "Archivo",
        "size": "Tamaño",
    },
    "pt": {
        "title": "Dados de {name}",
        "made": "Criado em {at} por {firm}.",
        "lead": "Este arquivo contém o que o portal guarda. Os ficheiros estão tal como foram guardados; as listas "
        "estão em JSON, que qualquer editor de texto abre.",
        "areas": {
            "portal": "Perfil, pedidos, conversas e processos",
            "documents": "Documentos",
            "signing": "Pedidos de assinatura e documentos assinados",
            "identity": "Pessoas e inícios de sessão",
            "notifications": "Mensagens",
        },
        "file": "Ficheiro",
        "size": "Tamanho",
    },
}
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2733}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #d8dee5;overflow-wrap:anywhere}"
    "td:last-child,th:last-child{text-align:right;white-space:nowrap}"
)
