"""Every formula function, by category; importing this enters all of them in the table."""

from simulator.domain.formulas.functions import (
    casts,
    conditions,
    date_times,
    lists,
    numbers,
    objects,
    texts,
    words,
)

__all__ = ["casts", "conditions", "date_times", "lists", "numbers", "objects", "texts", "words"]
