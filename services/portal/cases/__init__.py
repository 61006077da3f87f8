"""Cases: what clients bring to the firm, from the first question to its answer, against targets of time."""
