"""What tests of a service stand on: a service without a network, callers of every kind, events in and out."""
