"""The development mailbox: captured mails and SMS, readable while capture is on."""
