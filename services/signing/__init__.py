"""Sign requests: what is to be signed, by whom, the ceremony, the seal and its proof."""
