"""Messages that leave the house: rows first, then attempts, then what became of them."""
