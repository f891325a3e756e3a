"""The sealed holdout: what opens it, what doesn't, and that the key shows up nowhere."""

from __future__ import annotations

import copy
import hashlib
import logging
import os
import pickle
import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.holdout import HoldoutKey, check_key, commitment, decrypt, encrypt, load_key, save_key
from hyperbounty.errors import HoldoutKeyError

KEY = HoldoutKey(bytes(range(32)))
# Sealed once with KEY and the nonce 00…0b; computed with OpenSSL's AES-GCM, and the same under WebCrypto.
SEALED_ONCE = bytes.fromhex("48425345414c0a0100000000000000000000000b8c7e33d9f02d9a6518e452c58c5698b735f8f3b8ded153")

keys = st.binary(min_size=32, max_size=32).map(HoldoutKey)


@given(plaintext=st.binary(max_size=2000), key=keys)
def test_unseal_gives_back_what_was_sealed(plaintext: bytes, key: HoldoutKey) -> None:
    assert decrypt(encrypt(plaintext, key), key) == plaintext


@given(key=keys, other=keys)
def test_another_key_does_not_open_it(key: HoldoutKey, other: HoldoutKey) -> None:
    sealed = encrypt(b"prices", key)
    if key == other:
        assert decrypt(sealed, other) == b"prices"
    else:
        with pytest.raises(HoldoutKeyError, match="does not open"):
            decrypt(sealed, other)


@given(data=st.data())
def test_every_flipped_bit_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(encrypt(b"the tail of the series", KEY))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(HoldoutKeyError):
        decrypt(bytes(sealed), KEY)


@given(cut=st.integers(0, 8 + 12 + 5 + 16 - 1))
def test_a_truncated_file_is_refused(cut: int) -> None:
    with pytest.raises(HoldoutKeyError):
        decrypt(encrypt(b"12345", KEY)[:cut], KEY)


@given(garbage=st.binary(max_size=200))
def test_any_bytes_are_refused_with_the_same_error(garbage: bytes) -> None:
    with pytest.raises(HoldoutKeyError):
        decrypt(garbage, KEY)


def test_a_later_format_is_named() -> None:
    sealed = bytearray(encrypt(b"x", KEY))
    sealed[7] = 2
    with pytest.raises(HoldoutKeyError, match="format 2"):
        decrypt(bytes(sealed), KEY)


def test_the_format_stays_readable() -> None:
    assert decrypt(SEALED_ONCE, KEY) == b"holdout"


def test_sealing_twice_gives_different_bytes() -> None:
    assert encrypt(b"same", KEY) != encrypt(b"same", KEY)


def test_new_keys_differ() -> None:
    assert HoldoutKey.new() != HoldoutKey.new()


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(HoldoutKeyError, match=f"not {size}"):
        HoldoutKey(bytes(size))


def test_the_commitment_is_the_sha256_of_the_key() -> None:
    assert commitment(KEY) == hashlib.sha256(bytes(range(32))).digest()
    check_key(KEY, commitment(KEY))


@given(key=keys, expected=st.binary(min_size=32, max_size=32))
def test_a_key_with_another_commitment_is_refused(key: HoldoutKey, expected: bytes) -> None:
    with pytest.raises(HoldoutKeyError, match="use the key of this contest"):
        check_key(key, expected)


def test_a_saved_key_is_loaded_again(tmp_path: Path) -> None:
    key = HoldoutKey.new()
    save_key(tmp_path / "keys" / "holdout.key", key)
    assert load_key(tmp_path / "keys" / "holdout.key") == key


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_only_the_owner_reads_a_saved_key(tmp_path: Path) -> None:
    save_key(tmp_path / "holdout.key", KEY)
    assert stat.S_IMODE((tmp_path / "holdout.key").stat().st_mode) == 0o600


def test_a_saved_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "holdout.key"
    save_key(path, KEY)
    with pytest.raises(HoldoutKeyError, match="never overwritten"):
        save_key(path, HoldoutKey.new())
    assert load_key(path) == KEY
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_that_save_at_once_one_wins_and_its_key_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "holdout.key"
    rivals = [HoldoutKey.new() for _ in range(8)]

    def saved(key: HoldoutKey) -> bool:
        try:
            save_key(path, key)
        except HoldoutKeyError:
            return False
        return True

    with ThreadPoolExecutor(len(rivals)) as pool:
        winners = [key for key, won in zip(rivals, pool.map(saved, rivals), strict=True) if won]
    assert winners == [load_key(path)]


def test_a_key_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HoldoutKeyError, match="cannot be written to"):
        save_key(tmp_path / "file" / "holdout.key", KEY)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HoldoutKeyError, match="no holdout key is at"):
        load_key(tmp_path / "holdout.key")


def test_a_folder_in_the_place_of_the_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HoldoutKeyError, match="cannot be read"):
        load_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"zz" * 32, b"00" * 31, b"00" * 33, b"\xff" * 64, b"0" * 5000])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "holdout.key").write_bytes(content)
    with pytest.raises(HoldoutKeyError, match="64 hexadecimal digits"):
        load_key(tmp_path / "holdout.key")


def _shows(text: str, secret: bytes) -> bool:
    return secret.hex() in text.lower() or repr(secret)[2:-1] in text or str(list(secret)) in text


def test_the_key_is_in_no_representation_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    key = HoldoutKey.new()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%s %r %s", key, key, {"key": [key]})
    for shown in (repr(key), str(key), f"{key}", f"{key!r}", repr(copy.copy(key)), caplog.text):
        assert not _shows(shown, key.secret)
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301 - ours; a key travels to worker processes


def test_the_key_is_in_no_error(tmp_path: Path) -> None:
    key = HoldoutKey.new()
    path = tmp_path / "holdout.key"
    save_key(path, key)
    broken = tmp_path / "broken.key"
    broken.write_text(key.secret.hex() + "xy")
    for fail in (
        lambda: decrypt(encrypt(b"x", KEY), key),
        lambda: decrypt(b"garbage", key),
        lambda: check_key(key, bytes(32)),
        lambda: save_key(path, key),
        lambda: load_key(broken),
        lambda: HoldoutKey(key.secret + b"\0"),
    ):
        with pytest.raises(HoldoutKeyError) as caught:
            fail()
        assert not _shows("".join(traceback.format_exception(caught.value)), key.secret)
