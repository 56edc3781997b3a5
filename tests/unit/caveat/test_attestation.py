import base64
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from caveat import attestation
from caveat.attestation import Verifier, canonical, read_canonical, read_strictly, sha256_hex
from caveat.errors import VerificationFailed
from tests.unit.caveat.builders import DOCUMENT, a_signer, a_verifier


def a_header(**fields: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).rstrip(b"=").decode()


def test_a_signature_holds_over_the_signed_bytes_and_names_its_key() -> None:
    signer = a_signer()

    assert a_verifier(signer).verify(DOCUMENT, signer.sign(DOCUMENT)) == signer.key_id


def test_a_signature_is_detached_and_names_algorithm_and_key_only() -> None:
    signer = a_signer()

    header, middle, signature = signer.sign(DOCUMENT).split(".")

    assert middle == ""
    assert len(signature) == 86  # 64 bytes
    fields = json.loads(base64.urlsafe_b64decode(header + "=="))
    assert fields == {"alg": "Ed25519", "kid": signer.key_id}


def test_retired_keys_verify_beside_the_current_one() -> None:
    retired, current = a_signer(), a_signer()
    verifier = a_verifier(retired, current)

    assert verifier.verify(DOCUMENT, retired.sign(DOCUMENT)) == retired.key_id
    assert verifier.verify(DOCUMENT, current.sign(DOCUMENT)) == current.key_id


@pytest.mark.parametrize("position", [0, 1, len(DOCUMENT) // 2, len(DOCUMENT) - 1])
def test_one_altered_byte_of_the_document_is_found(position: int) -> None:
    signer = a_signer()
    altered = bytearray(DOCUMENT)
    altered[position] ^= 1

    with pytest.raises(VerificationFailed, match="does not match"):
        a_verifier(signer).verify(bytes(altered), signer.sign(DOCUMENT))


@pytest.mark.parametrize("content", [b"", DOCUMENT[:-1], DOCUMENT + b" ", b" " + DOCUMENT])
def test_a_shorter_or_longer_document_is_found(content: bytes) -> None:
    signer = a_signer()

    with pytest.raises(VerificationFailed, match="does not match"):
        a_verifier(signer).verify(content, signer.sign(DOCUMENT))


def test_one_altered_character_of_the_signature_is_found() -> None:
    signer = a_signer()
    header, _, signature = signer.sign(DOCUMENT).split(".")
    for position in range(len(signature) - 1):  # the last one has bits that say nothing
        other = "A" if signature[position] != "A" else "B"
        altered = signature[:position] + other + signature[position + 1 :]

        with pytest.raises(VerificationFailed):
            a_verifier(signer).verify(DOCUMENT, f"{header}..{altered}")


@pytest.mark.parametrize("kept", [0, 1, 43, 85])
def test_a_truncated_signature_is_found(kept: int) -> None:
    signer = a_signer()
    header, _, signature = signer.sign(DOCUMENT).split(".")

    with pytest.raises(VerificationFailed):
        a_verifier(signer).verify(DOCUMENT, f"{header}..{signature[:kept]}")


def test_the_header_of_another_key_is_found() -> None:
    one, other = a_signer(), a_signer()
    _, _, signature = one.sign(DOCUMENT).split(".")
    swapped, _, _ = other.sign(DOCUMENT).split(".")

    with pytest.raises(VerificationFailed, match="does not match"):
        a_verifier(one, other).verify(DOCUMENT, f"{swapped}..{signature}")


def test_a_header_with_more_in_it_is_found() -> None:
    signer = a_signer()
    _, _, signature = signer.sign(DOCUMENT).split(".")
    header = a_header(alg="Ed25519", kid=signer.key_id, typ="JOSE")

    with pytest.raises(VerificationFailed, match="does not match"):
        a_verifier(signer).verify(DOCUMENT, f"{header}..{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA", "ES256", "", None, 1, []])
def test_any_other_algorithm_is_refused(algorithm: Any) -> None:
    signer = a_signer()
    _, _, signature = signer.sign(DOCUMENT).split(".")
    header = a_header(alg=algorithm, kid=signer.key_id)

    with pytest.raises(VerificationFailed, match="algorithm is not Ed25519"):
        a_verifier(signer).verify(DOCUMENT, f"{header}..{signature}")


def test_a_header_without_an_algorithm_is_refused() -> None:
    signer = a_signer()

    with pytest.raises(VerificationFailed, match="algorithm is not Ed25519"):
        a_verifier(signer).verify(DOCUMENT, f"{a_header(kid=signer.key_id)}..AAAA")


def test_an_unknown_key_is_refused_and_named() -> None:
    known, unknown = a_signer(), a_signer()

    with pytest.raises(VerificationFailed, match=f"key is unknown: '{unknown.key_id}'"):
        a_verifier(known).verify(DOCUMENT, unknown.sign(DOCUMENT))


@pytest.mark.parametrize("key_id", [None, 7, ["x"], {"a": 1}, "", "../../etc/passwd", "x" * 9000])
def test_a_strange_key_id_is_refused(key_id: Any) -> None:
    with pytest.raises(VerificationFailed, match="key is unknown") as caught:
        a_verifier(a_signer()).verify(DOCUMENT, f"{a_header(alg='Ed25519', kid=key_id)}..AAAA")

    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "detached",
    ["", ".", "..", "...", "a.b.c", "a..b.c", "a..", "..a", "!!..a", "é..a", "e30..a", "W10..a",
     "bm8..a", "Ij8_..x"],
)  # fmt: skip
def test_what_is_no_detached_signature_is_refused(detached: str) -> None:
    with pytest.raises(VerificationFailed):
        a_verifier(a_signer()).verify(DOCUMENT, detached)


def test_an_attached_signature_is_refused() -> None:
    signer = a_signer()
    header, _, signature = signer.sign(DOCUMENT).split(".")
    payload = base64.urlsafe_b64encode(DOCUMENT).rstrip(b"=").decode()

    with pytest.raises(VerificationFailed, match="not a detached JWS"):
        a_verifier(signer).verify(DOCUMENT, f"{header}.{payload}.{signature}")


def test_nobody_is_trusted_without_keys() -> None:
    signer = a_signer()

    with pytest.raises(VerificationFailed, match="key is unknown"):
        Verifier({}).verify(DOCUMENT, signer.sign(DOCUMENT))


# --- canonical bytes ---


def test_the_form_is_that_of_rfc_8785() -> None:
    document: dict[str, Any] = {
        "b": [1, "\u20ac", None, True],
        "a": {"\U0001f600": "x", "\ufb33": "y"},
    }

    assert canonical(document) == rfc8785.dumps(document)
    # Keys are sorted by UTF-16 code units: the astral one comes first.
    assert canonical(document) == (
        '{"a":{"\U0001f600":"x","\ufb33":"y"},"b":[1,"\u20ac",null,true]}'.encode()
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.text(st.characters(codec="ascii")), inner)
    ),
)


@given(JSON)
def test_every_document_has_the_bytes_of_rfc_8785(document: Any) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("key", ["a", "\u00e9", "\U0001f600"])
def test_floating_point_is_refused_beside_any_key(key: str) -> None:
    with pytest.raises(ValueError, match="integers and strings only"):
        canonical({key: 1, "b": {"c": [0.5]}})


def test_astral_characters_are_kept_as_they_are_and_verify() -> None:
    signer = a_signer()
    content = canonical({"text": "\U0001f9ec and \U00010400"})

    assert "\U0001f9ec".encode() in content
    assert a_verifier(signer).verify(content, signer.sign(content))


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "document",
    [1.0, {"a": 0.5}, {"a": [1, {"b": 2.0}]}, [float("nan")], {"a": (1.5,)}, float("inf")],
)
def test_floating_point_is_refused_at_any_depth(document: Any) -> None:
    with pytest.raises(ValueError, match="integers and strings only"):
        canonical(document)


@pytest.mark.parametrize("document", [{"a": b"x"}, {1: "x"}, {"a": object()}, {"a": 2**60}])
def test_what_json_does_not_have_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match=r"type|keys|domain"):
        canonical(document)


def test_hashes_as_hexadecimal() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_only_algorithm_is_ed25519() -> None:
    assert attestation.ALGORITHM == "Ed25519"


def test_a_header_of_deeply_nested_json_does_not_verify(tmp_path: Path) -> None:
    attestation.create_keys(tmp_path)
    header = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=").decode()

    with pytest.raises(VerificationFailed):
        attestation.load_verifier(tmp_path).verify(b"x", f"{header}..signature")


def test_a_large_document_verifies(tmp_path: Path) -> None:
    attestation.create_keys(tmp_path)
    content = attestation.canonical({"text": "x" * 400_000})

    jws = attestation.load_signer(tmp_path).sign(content)

    assert attestation.load_verifier(tmp_path).verify(content, jws)


# --- reading strictly ---

_TEXT = st.text(st.characters(codec="utf-8"))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(_TEXT, _VALUES))
def test_what_is_canonical_is_read_as_such_and_in_no_other_form(document: dict[str, Any]) -> None:
    content = canonical(document)

    assert read_canonical(content) == document
    for other in (b" " + content, content[:-1] + b" }", content + b"\n"):
        with pytest.raises(ValueError, match="canonical"):
            read_canonical(other)


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":1}', '{"a":[{"b":1,"b":2}]}', '{"a":1.0}', '{"a":1e3}', '{"a":NaN}', '{"a":-0.0}',
     '{"a":9007199254740992}', '{"a":123456789012345678901}', "[" * 100_000, "{", "\ufeff{}"],
)  # fmt: skip
def test_what_readers_understand_differently_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_strictly(text.encode())
