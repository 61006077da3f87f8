"""What is searched: one row a text, kept beside what it is of."""

from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Counter
from services.chassis.database import Moment, Ref
from services.chassis.text_search import search_index
from services.portal.models import Model

MOST_SHOWN = 50


class SearchEntry(Model):
    """The words of one text. Who may find it is not said here: each source asks the table that the text is of.

    `row_id` is what the text is of, a comment perhaps, `subject_id` what opens where it is found, the request.
    No client finds an `internal` one.
    """

    __tablename__ = "search_entries"

    number: Mapped[Counter]
    kind: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[Ref]
    subject_id: Mapped[Ref]
    account_id: Mapped[UUID | None]
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[Moment]
    words: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("kind", "row_id", name="uq_search_entries_kind_row_id"),
        Index("ix_search_entries_kind", "kind", "at", "row_id"),
        Index("ix_search_entries_account_id", "account_id", "kind", "at", "row_id"),
        Index("ix_search_entries_subject_id", "subject_id"),
        search_index("ix_search_entries_words", "words"),
    )
