"""The verbs of the product, one file per arrow of the story. They own the transactions."""
