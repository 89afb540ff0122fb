"""Settings: read once from the environment and `.env`, refused as a whole when anything in them is wrong."""

from config.settings import Settings, SettingsError, load

__all__ = ["Settings", "SettingsError", "load"]
