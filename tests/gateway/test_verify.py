"""The page on which anyone checks a sealed document, on the running installation."""

import pytest

from deploy.smoke import sample_pdf
from deploy.visitor import Unexpected, Visitor
from tests.running import Running

pytestmark = pytest.mark.stack


def check(atrio: Running, content: bytes) -> str:
    visitor = Visitor(atrio.url)
    file = {"file": ("contract.pdf", content, "application/pdf")}
    return visitor.submit(visitor.open("/verify"), "/verify", files=file).text


def test_a_document_without_a_seal_is_not_relied_on(atrio: Running) -> None:
    assert "There is no seal in this file." in check(atrio, sample_pdf("Contract"))


def test_what_is_no_pdf_is_named_as_such(atrio: Running) -> None:
    assert "This is not a PDF file." in check(atrio, b"Just some words.")


def test_without_a_file_the_form_says_so(atrio: Running) -> None:
    visitor = Visitor(atrio.url)
    with pytest.raises(Unexpected, match=r"422.*Choose a file first"):
        visitor.submit(visitor.open("/verify"), "/verify", files={"file": ("", b"", "application/octet-stream")})
