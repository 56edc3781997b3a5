"""Lines of the guard's examination that say the same or nearly: in a class, a part or two parts."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from itertools import combinations

from form import Line, text_of


def in_common(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence of words."""
    row = [0] * (len(other) + 1)
    for word in one:
        new = [0]
        for j, here in enumerate(other):
            new.append(row[j] + 1 if word == here else max(row[j + 1], new[j]))
        row = new
    return row[-1]


def alike(one: list[str], other: list[str]) -> bool:
    """Whether more than half of the words of both stand in the same order."""
    longer = max(len(one), len(other))
    if 2 * len(set(one) & set(other)) * 2 < longer or 2 * min(len(one), len(other)) <= longer:
        return False
    return 2 * in_common(one, other) > longer


def near(lines: list[Line], few: int) -> list[str]:
    """Lines of one class that are too much alike; those of few words are left out."""
    groups: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for _, row in lines:
        group = row["id"].rsplit("-", 1)[0]
        if row["kind"] != "cited":
            groups[group].append((row["id"], re.findall(r"\w+", text_of(row).lower())))
    return [
        f"{one} and {other} share most of their words"
        for rows in groups.values()
        for i, (one, a) in enumerate(rows)
        for other, b in rows[:i]
        if min(len(a), len(b)) >= few and alike(a, b)
    ]


def repeated(lines: list[Line]) -> list[str]:
    """Identities and texts that occur twice, over the files of one part."""
    seen: dict[str, str] = {}
    wrong = []
    for where, row in lines:
        for key in (row["id"], " ".join(text_of(row).lower().split())):
            if key in seen:
                wrong.append(f"{where} repeats {seen[key]}")
            seen[key] = where
    return wrong


def digest(text: str) -> str:
    """Hash of a text's letters and digits, whatever their case and width."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return hashlib.sha256("".join(re.findall(r"\w", plain)).encode()).hexdigest()


def digests(lines: list[Line]) -> dict[str, str]:
    """Where each text stands, by its hash; of a cited pair, its sentence."""
    return {digest(str(row.get("question") or row["text"])): where for where, row in lines}


def shared(parts: dict[str, list[Line]]) -> list[str]:
    """Texts that occur in two parts, named by their places only."""
    wrong = []
    for one, other in combinations(parts, 2):
        here, there = digests(parts[one]), digests(parts[other])
        wrong += [f"{here[key]} stands also in {there[key]}" for key in here.keys() & there.keys()]
    return sorted(wrong)
