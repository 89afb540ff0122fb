"""Taps an agent on the shoulder: text message, e-mail, phone, and whatever Apprise reaches."""
