"""Clusters of words that mean like things, so that words nobody trained on are known. Pure.

`training/clusters.py` says where they come from.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache

from caveat.errors import PolicyMisconfigured
from services.guard.linear import shipped_bytes
from services.guard.words import FUNCTION, kind_of

_FORMAT = "caveat-clusters-1"
_INFLECTED = ("s", "es", "d", "ed", "ing", "ly")


@cache
def _clusters() -> Mapping[str, str]:
    try:
        given = json.loads(shipped_bytes("clusters"))
        if given["format"] != _FORMAT:
            raise PolicyMisconfigured("the file of word clusters has another format")
        return {
            word: f"C{number}"
            for number, words in enumerate(given["clusters"])
            for word in words.split()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PolicyMisconfigured("the file of word clusters cannot be read") from error


@lru_cache(maxsize=1 << 14)
def cluster_of(word: str) -> str:
    """Return the cluster of a word in small letters; its kind when it is in none."""
    if word in FUNCTION or not word[0].isalpha():
        return kind_of(word)
    clusters = _clusters()
    if found := clusters.get(word):
        return found
    for ending in _INFLECTED:
        if word.endswith(ending) and (found := clusters.get(word.removesuffix(ending))):
            return found
    return kind_of(word)
