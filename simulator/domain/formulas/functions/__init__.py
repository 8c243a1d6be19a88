"""Every formula function, by category; importing this enters all of them in the table."""

from simulator.domain.formulas.functions import (
    casts,
    conditions,
    date_times,
    documents,
    encodings,
    lists,
    numbers,
    objects,
    places,
    secrets,
    texts,
    words,
)

__all__ = [
    "casts",
    "conditions",
    "date_times",
    "documents",
    "encodings",
    "lists",
    "numbers",
    "objects",
    "places",
    "secrets",
    "texts",
    "words",
]
