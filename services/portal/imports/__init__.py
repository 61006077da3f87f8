"""Imports of clients from a CSV file: uploaded, mapped, tried, carried out in the background."""
