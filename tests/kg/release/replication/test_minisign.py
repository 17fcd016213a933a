"""Signatures are those of minisign: what it signs is accepted here, and what is signed here it accepts."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core.errors import FileUnreadable, SettingInvalid, SignatureInvalid, WriteFailed
from kg.core.settings import PROJECT
from kg.release.replication import minisign
from kg.release.replication.minisign import (
    PublicKey,
    SecretKey,
    new_key,
    public_path,
    read_public_keys,
    read_secret_key,
    verify,
    write_new_key,
)
from tests.kg.release.replication.signed import encrypted

BODY = b'{"release_id": "0123456789abcdef"}\n'
# made with minisign 0.12: 'minisign -G -W', and 'minisign -S' over the bytes b"hi\n"
MINISIGN_KEY = "RWTt7nGt322lyfPPSnDCqJbXlr4m5hRHl25XfUD/2qqjsxqyJGGmgsgp"
MINISIGN_SIGNATURE = b"""untrusted comment: signature from minisign secret key
RUTt7nGt322lyZevF5DcjRDmEGqBk9D/plPTQpzmix5iTa+EsqpQAKgHAZKkqU0OcdccJK5M4iAYrZmQ8CyTbCLQYvTVid6W2gQ=
trusted comment: timestamp:1796193296\tfile:f\thashed
ZPxUETWLdwHAUXxd5YbffatFvW+zNGNSN/70rVAMZ4bbjCqEAWnagw4oCxf97CGCIijm7F9/xF2pxg3h93JOAA==
"""


def no_password() -> str:
    raise AssertionError("no password is needed")


@pytest.fixture
def key() -> SecretKey:
    return new_key()


def test_a_signature_of_minisign_is_accepted() -> None:
    (key,) = read_public_keys(MINISIGN_KEY)
    assert key.name == "C9A56DDFAD71EEED"
    assert verify(b"hi\n", MINISIGN_SIGNATURE, (key,), "here") == key


@pytest.mark.minisign
def test_minisign_accepts_what_is_signed_here(tmp_path: Path) -> None:
    key = write_new_key(tmp_path / "our.key")
    (tmp_path / "file").write_bytes(BODY)
    (tmp_path / "file.minisig").write_bytes(key.sign(BODY, "release:x\tsequence:7"))
    command = ["minisign", "-V", "-m", "file", "-p", "our.pub"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "Trusted comment: release:x\tsequence:7")
    by_line = ["minisign", "-V", "-m", "file", "-P", key.public.line]
    subprocess.run(by_line, cwd=tmp_path, capture_output=True, check=True)


@pytest.mark.minisign
def test_minisign_signs_with_a_key_that_is_made_here_and_a_key_of_minisign_signs_here(tmp_path: Path) -> None:
    write_new_key(tmp_path / "our.key")
    subprocess.run(["minisign", "-G", "-W", "-s", "its.key", "-p", "its.pub"], cwd=tmp_path, check=True)
    (tmp_path / "file").write_bytes(BODY)
    for name in ("our", "its"):
        key = read_secret_key(tmp_path / f"{name}.key", no_password)
        subprocess.run(["minisign", "-S", "-W", "-s", f"{name}.key", "-m", "file"], cwd=tmp_path, check=True)
        (public,) = read_public_keys(str(tmp_path / f"{name}.pub"))
        assert key.public == public
        assert verify(BODY, (tmp_path / "file.minisig").read_bytes(), (public,), "here") == public
        (tmp_path / "file.minisig").write_bytes(key.sign(BODY, "ours"))
        subprocess.run(["minisign", "-V", "-m", "file", "-p", f"{name}.pub"], cwd=tmp_path, check=True)


def secret(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


@pytest.mark.minisign
@pytest.mark.parametrize(("operations", "memory"), [(524_288, 2**24), (2**20, 2**21), (32_768, 2**24)])
def test_minisign_reads_a_key_with_a_password_at_the_same_cost(
    operations: int, memory: int, key: SecretKey, tmp_path: Path
) -> None:
    path = secret(tmp_path / "a.key", encrypted(key, "geheim", operations, memory))
    assert read_secret_key(path, lambda: "geheim") == key
    (tmp_path / "file").write_bytes(BODY)
    command = ["minisign", "-S", "-s", "a.key", "-m", "file"]
    subprocess.run(command, cwd=tmp_path, input=b"geheim\n", check=True, capture_output=True)
    assert verify(BODY, (tmp_path / "file.minisig").read_bytes(), (key.public,), "here")


def test_a_wrong_password_and_a_cost_that_is_too_high_are_reported(key: SecretKey, tmp_path: Path) -> None:
    path = secret(tmp_path / "a.key", encrypted(key, "geheim", 524_288, 2**24))
    with pytest.raises(FileUnreadable, match=r"The password of .*a\.key is another"):
        read_secret_key(path, lambda: "other")
    body = bytearray(base64.b64decode(path.read_text().splitlines()[1]))
    body[46:54] = (2**40).to_bytes(8, "little")
    secret(path, f"untrusted comment: x\n{base64.b64encode(body).decode()}\n")
    with pytest.raises(FileUnreadable, match="asks for 1099511627776 bytes"):
        read_secret_key(path, lambda: "geheim")


def test_libsodium_s_limits_give_its_parameters() -> None:
    assert minisign._scrypt_cost(33_554_432, 2**30) == (2**20, 1)  # minisign's default
    assert minisign._scrypt_cost(524_288, 2**24) == (2**14, 1)
    assert minisign._scrypt_cost(0, 2**24) == (2**10, 1)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_key_of_openssl_signs(tmp_path: Path) -> None:
    plain = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", "a.pem"]
    subprocess.run(plain, cwd=tmp_path, check=True)
    locked = ["openssl", "pkey", "-in", "a.pem", "-aes256", "-passout", "pass:geheim", "-out", "b.pem"]
    subprocess.run(locked, cwd=tmp_path, check=True)
    for name in ("a.pem", "b.pem"):
        (tmp_path / name).chmod(0o600)
    key = read_secret_key(tmp_path / "a.pem", no_password)
    assert read_secret_key(tmp_path / "b.pem", lambda: "geheim") == key
    assert verify(BODY, key.sign(BODY, ""), (key.public,), "here") == key.public
    with pytest.raises(FileUnreadable, match="the password is another"):
        read_secret_key(tmp_path / "b.pem", lambda: "other")
    other = ["openssl", "genpkey", "-algorithm", "x25519", "-out", "c.pem"]
    subprocess.run(other, cwd=tmp_path, check=True)
    (tmp_path / "c.pem").chmod(0o600)
    with pytest.raises(FileUnreadable, match="no key of Ed25519"):
        read_secret_key(tmp_path / "c.pem", no_password)


def test_a_new_key_is_for_its_owner_only_and_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "fyp.key"
    key = write_new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_secret_key(path, no_password) == key
    assert read_public_keys(str(public_path(path))) == (key.public,)
    with pytest.raises(WriteFailed, match="no key is written over"):
        write_new_key(path)
    assert read_secret_key(path, no_password) == key
    assert "seed" not in repr(key)
    assert key._seed.hex() not in repr(key)
    with pytest.raises(WriteFailed, match="cannot be written"):
        write_new_key(tmp_path / "none" / "fyp.key")


def test_a_secret_key_that_all_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fyp.key"
    key = write_new_key(path)
    path.chmod(0o644)
    with pytest.raises(FileUnreadable, match=r"Every user.*chmod 600"):
        read_secret_key(path, no_password)
    with pytest.raises(FileUnreadable, match=r"cannot be read.*--new-key"):
        read_secret_key(tmp_path / "none", no_password)
    for text in ("", "x", "untrusted comment: x\n", "untrusted comment: x\n!!!\n", key.public.to_file(), b"\xff\xfe"):
        with pytest.raises(FileUnreadable, match="no secret key"):
            read_secret_key(secret(tmp_path / "x", text), no_password)
    body = bytearray(base64.b64decode(key.to_file().splitlines()[1]))
    body[70] ^= 1
    changed = f"untrusted comment: x\n{base64.b64encode(body).decode()}\n"
    with pytest.raises(FileUnreadable, match="was changed"):
        read_secret_key(secret(tmp_path / "x", changed), no_password)


def test_several_public_keys_may_be_given_as_lines_or_files(tmp_path: Path, key: SecretKey) -> None:
    (tmp_path / "a.pub").write_text(key.public.to_file(), encoding="ascii")
    first = PublicKey(key.public.key_id, key.public.raw)
    assert read_public_keys(f" {MINISIGN_KEY} ,{tmp_path}/a.pub,") == (*read_public_keys(MINISIGN_KEY), first)
    assert read_public_keys("") == ()


@pytest.mark.parametrize("text", ["", "x", "RWx\n", f"{MINISIGN_KEY}\n{MINISIGN_KEY}\n"])
def test_what_is_no_public_key_is_reported_with_the_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.pub").write_text(text, encoding="ascii")
    with pytest.raises(SettingInvalid, match=r"KG_FOLLOW_KEY: .*a.pub holds no public key"):
        read_public_keys(f"{tmp_path}/a.pub")
    with pytest.raises(SettingInvalid, match=r"neither a public key nor a file"):
        read_public_keys("RWnotAKey")


def test_a_secret_key_in_place_of_a_public_one_is_not_shown(tmp_path: Path) -> None:
    key = write_new_key(tmp_path / "fyp.key")
    with pytest.raises(SettingInvalid) as text:
        read_public_keys(str(tmp_path / "fyp.key"))
    assert key.to_file().splitlines()[1] not in str(text.value)


def test_of_several_keys_each_may_sign(key: SecretKey) -> None:
    other = new_key()
    keys = (other.public, key.public)
    assert verify(BODY, key.sign(BODY, "x"), keys, "here") == key.public
    assert verify(BODY, other.sign(BODY, "x"), keys, "here") == other.public


def test_a_key_with_the_id_of_a_trusted_one_signs_nothing(key: SecretKey) -> None:
    forged = SecretKey(PublicKey(key.public.key_id, key.public.raw), new_key()._seed)
    with pytest.raises(SignatureInvalid, match="not of its bytes"):
        verify(BODY, forged.sign(BODY, "x"), (key.public,), "here")
    with pytest.raises(SignatureInvalid, match=r"signed with the key .*, and KG_FOLLOW_KEY names"):
        verify(BODY, new_key().sign(BODY, "x"), (key.public,), "here")
    with pytest.raises(SignatureInvalid):
        verify(BODY, key.sign(BODY, "x"), (), "here")


def test_bits_that_no_byte_uses_break_a_signature(key: SecretKey) -> None:
    untrusted, first, trusted, second = key.sign(BODY, "sequence:1").removesuffix(b"\n").split(b"\n")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    end = len(second.rstrip(b"="))
    last = alphabet[alphabet.index(second[end - 1]) + 1]
    changed = second[: end - 1] + bytes([last]) + second[end:]
    assert base64.b64decode(changed) == base64.b64decode(second)
    with pytest.raises(SignatureInvalid):
        verify(BODY, b"\n".join([untrusted, first, trusted, changed]) + b"\n", [key.public], "here")


def test_each_changed_byte_breaks_a_signature(key: SecretKey) -> None:
    good = key.sign(BODY, "sequence:1")
    for place in range(len(good)):
        if good[place : place + 1] in (b"\n", b"=") or place < good.index(b"\n"):
            continue
        changed = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(SignatureInvalid):
            verify(BODY, changed, (key.public,), "here")
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(SignatureInvalid, match="not of its bytes"):
            verify(changed, good, (key.public,), "here")


def lines_of(signature: bytes) -> list[bytes]:
    return signature.split(b"\n")


def test_what_is_no_signature_is_refused(key: SecretKey) -> None:
    first, signed, comment, overall, _ = lines_of(key.sign(BODY, "x"))
    raw = base64.b64encode(b"Ed" + base64.b64decode(signed)[2:])
    for body, text in (
        (b"", "four lines"),
        (b"<!doctype html>", "four lines"),
        (b"\n".join([first, signed, comment, overall, b"more", b""]), "four lines"),
        (b"\n".join([first, b"!!!", comment, overall]), "base64"),
        (b"\n".join([b"x", signed, comment, overall]), "a comment is missing"),
        (b"\n".join([first, signed, b"x", overall]), "a comment is missing"),
        (b"\n".join([first, signed[:-4], comment, overall]), "its algorithm or its length"),
        (b"\n".join([first, signed, comment, overall[:-4]]), "its algorithm or its length"),
        (b"\n".join([first, raw, comment, overall]), "legacy format"),
    ):
        with pytest.raises(SignatureInvalid, match=text):
            verify(BODY, body, (key.public,), "here")


def test_a_service_that_follows_nothing_does_not_import_cryptography() -> None:
    listing = "[name for name in sys.modules if name.startswith('cryptography')]"
    text = f"import sys, server.gateway.app, kg.cli; print({listing})"
    ended = subprocess.run([sys.executable, "-c", text], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
