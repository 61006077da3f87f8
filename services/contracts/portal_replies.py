"""What portal says of answers that came by mail."""

from services.contracts.fields import Data, Person, flag, number, one_of, part, text, uuid


class MailReplySettled(Data):
    """An answer by mail became part of its thread, or was refused; `id` is that of the mail."""

    id = uuid()
    account_id = uuid()
    by = part(Person)
    thread_kind = one_of("request", "case", "conversation")
    thread_id = uuid()
    outcome = one_of("posted", "refused")
    reason = text(allow_none=True, metadata={"description": "the code of the problem, for one that was refused"})
    text_is_cut = flag(metadata={"description": "Whether the text was longer than the thread takes"})
    version = number()


EVENTS = {"portal.mail_reply.settled.v1": MailReplySettled}
"""Merged into what portal says."""
