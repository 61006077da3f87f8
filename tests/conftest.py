"""Fixtures for every test."""

pytest_plugins = ["services.chassis.testing.fixtures"]
