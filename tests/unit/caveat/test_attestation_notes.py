import base64
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from caveat.attestation import open_checkpoint, open_note, sign_note
from caveat.attestation.notes import note_key, read_vkey
from caveat.errors import DependencyMissing, VerificationFailed

# The example of Go's golang.org/x/mod/sumdb/note, whose form C2SP wrote down.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501
)

KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
OURS = note_key(KEY, "log.test").vkey
TEXT = "log.test\n5\n" + base64.b64encode(bytes(32)).decode() + "\n"
NOTE = sign_note(TEXT, KEY, "log.test")
LINE = NOTE.rpartition("\n\n")[2]


def test_opens_a_note_that_others_have_signed() -> None:
    opened = open_note(PETERS, [PETER])

    assert opened.text.endswith("what your problem is.\n")
    assert [key.name for key in opened.signed_by] == ["PeterNeumann"]


def test_a_note_is_its_text_an_empty_line_and_a_signature() -> None:
    assert NOTE.startswith(TEXT + "\n\u2014 log.test ")
    assert open_note(NOTE, [PETER, OURS]).text == TEXT
    assert open_checkpoint(NOTE, [read_vkey(OURS)]).size == 5


def test_of_several_signatures_one_of_ours_is_enough() -> None:
    theirs = sign_note(TEXT, OTHER, "witness.test").rpartition("\n\n")[2]

    for lines in (LINE + theirs, theirs + LINE, theirs + theirs + LINE + LINE):
        opened = open_note(f"{TEXT}\n{lines}", [OURS])
        assert [key.vkey for key in opened.signed_by] == [OURS]


def test_a_text_may_have_empty_lines_of_its_own() -> None:
    assert open_note(sign_note("one\n\ntwo\n", KEY, "log.test"), [OURS]).text == "one\n\ntwo\n"


def without_a_bit(line: str) -> str:
    name, _, encoded = line.rstrip("\n").rpartition(" ")
    content = bytearray(base64.b64decode(encoded))
    content[-1] ^= 1
    return f"{name} {base64.b64encode(content).decode()}\n"


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "newline"),
        (NOTE[:-1], "newline"),
        (NOTE.replace("\n\n", "\n"), "empty line"),
        (TEXT, "empty line"),
        (TEXT + "\n", "empty line"),
        (NOTE.replace("\n5\n", "\n6\n"), "does not match"),
        (f"{TEXT}\n{without_a_bit(LINE)}", "does not match"),
        (f"{TEXT}\n{without_a_bit(LINE)}{LINE}", "does not match"),
        (sign_note(TEXT, OTHER, "log.test"), "no key that we know"),
        (sign_note(TEXT, KEY, "other.test"), "no key that we know"),
        (NOTE.replace("\u2014 ", "- "), "no signature"),
        (NOTE.replace("\u2014 ", "\u2014"), "no signature"),
        (NOTE + "more\n", "no signature"),
        (NOTE + "\n", "empty line"),
        (NOTE[:-3] + "\n", "no signature"),
        (NOTE.replace("log.test ", "log.test !!"), "no signature"),
        (NOTE.replace("\u2014 log.test ", "\u2014 log+test "), "no signature"),
        (f"{TEXT}\n\u2014 log.test AAAA\n", "no signature"),
        (NOTE.replace("\n", "\r\n"), "control characters"),
        (NOTE.replace("5", "\t5"), "control characters"),
        (NOTE.replace("5", "\x7f5"), "control characters"),
        (NOTE.replace("5", "\ud8005"), "newline"),
        (f"{TEXT}\n{LINE * 101}", "too many"),
        ("x" * 1_000_001 + "\n", "limited length"),
    ],
)
def test_whatever_is_wrong_with_a_note_is_said(note: str, why: str) -> None:
    with pytest.raises(VerificationFailed, match=why):
        open_note(note, [OURS])


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "a\r\n", "\ud800\n"])
def test_signs_no_text_that_a_note_cannot_carry(text: str) -> None:
    with pytest.raises(ValueError, match="note"):
        sign_note(text, KEY, "log.test")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b"])
def test_signs_in_no_name_that_a_note_cannot_carry(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be named"):
        sign_note(TEXT, KEY, name)


def test_signs_with_no_public_key() -> None:
    public = OKPKey.import_key(KEY.as_dict(private=False))

    with pytest.raises(ValueError, match="private"):
        sign_note(TEXT, public, "log.test")


@pytest.mark.parametrize(
    "line",
    ["", "log.test", "log.test+00000000+AAAA", OURS[:-4], OURS.replace("log.test", "other.test"),
     OURS.replace("+A", "+B"), "+" + OURS, "a b" + OURS],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(DependencyMissing, match="not a verifier key"):
        read_vkey(line)


@pytest.mark.parametrize(
    "text",
    ["log.test\n", "log.test\n5\n", "log.test\n05\n{root}\n", "log.test\n-1\n{root}\n",
     "log.test\nfive\n{root}\n", "log.test\n5\nAAAA\n", "other.test\n5\n{root}\n"],
)  # fmt: skip
def test_a_note_of_ours_that_is_no_checkpoint_is_refused(text: str) -> None:
    filled: Any = text.replace("{root}", base64.b64encode(bytes(32)).decode())

    with pytest.raises(VerificationFailed, match="checkpoint"):
        open_checkpoint(sign_note(filled, KEY, "log.test"), [read_vkey(OURS)])
