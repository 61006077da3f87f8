"""Answers by mail (B18): what notifications took in is written into its thread, as the person who wrote it."""
