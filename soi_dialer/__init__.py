"""A phone companion for people who live from relationships."""

__version__ = "0.1.0"
