"""What portal says of money."""

from services.contracts.fields import Data, moment, number, text, uuid


class InvoicePaid(Data):
    """An invoice is paid in full. `amount` is in minor units of `currency`."""

    id = uuid()
    account_id = uuid()
    invoice_number = text()
    amount = number()
    currency = text()
    paid_at = moment()
    version = number()


EVENTS = {"portal.invoice.paid.v1": InvoicePaid}
