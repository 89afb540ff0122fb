"""Tables and the queries by name. SQLAlchemy Core only; the flows own the transactions."""
