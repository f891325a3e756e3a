"""Files as blocks: the CIDs a real node gives, and no crash on whatever a stranger stored."""

from __future__ import annotations

import hashlib
import io
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hyperbounty.errors import ContentMismatch, ContentNotFound, StoreError
from hyperbounty.store import dagpb, nodes
from hyperbounty.store.cid import DAG_PB, RAW, Cid
from hyperbounty.store.unixfs import CHUNK_BYTES, LINKS_PER_NODE, build, check_block, read

# Answers of js-ipfs 0.18.1 to `add` with cid-version=1, raw-leaves and chunker=size-262144, of `content(size)`.
NODE_VECTORS = [
    (0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
    (1, "bafkreignwtxcv2tjzrvigmy3x2lnylfktiuz2ijst35qgnx4akuc4gbzva"),
    (262143, "bafkreib6kx2owx3uk2wjjccnr74g5gnpp7ufgpflhdspoejzetnpjdsgue"),
    (262144, "bafkreihiyvzljqgxdmg5eqeazslf6j3lxtvnw6ox2pkesyaytakylq3zyy"),
    (262145, "bafybeiasytpryrg63azwyo7drnzmbgfocqknugij4onk34qpzkbmd6gaem"),
    (524288, "bafybeih27wsapfin7wminhqih3ovaembwibuypcy5twdxnbn7zdt7redkm"),
    (798777, "bafybeidlkp3wsxjlvkjxatbspajf4apbjlerxfxk42f3radgae4jyt7omq"),
    (174 * 262144, "bafybeibdxefqmak5okarrfoqvnzwjcapcup7mvypqmoojt4xnyezh2i46m"),
    (174 * 262144 + 1, "bafybeihwcfs73uuqs64xlxedsfvvhwsdj4tqlg2rclcdi2wtscqgp2ydoq"),
    (348 * 262144 + 1, "bafybeiczxorpo6wbqckrfro4ap3yieetro7cepopxjqjasrbdrhnxaw7ey"),
]
# The same importer with chunks of 64 bytes, so that the tree reaches a third level.
DEEP_VECTORS = [
    (174 * 174 * 64, "bafybeie27cizf7lrknekov22uxpmlyw5nqwdwtngi2aufsfz7cre2clttq"),
    ((174 * 174 + 1) * 64, "bafybeihic3pvn3yghztzigsdq3ymhfcdplqfg7ychsv4w52nnjemgrgxlu"),
    ((174 * 174 + 175) * 64, "bafybeiee4xuul7ooqc5cykmkjlekocgi6pyvag7mzpot4mzl5pdedh2bvq"),
]
# A file of the same node in its oldest form: CIDv0, leaves in envelopes, chunks of 4 bytes.
OLD_ROOT = Cid.parse("QmW6gNCK26ct5MHt2JdVZw41a24ArSctATQFWV4ED3V877")
OLD_BLOCKS = [
    "12280a22122089018301de7b31f027749243a30f61ceae2256608798d0bb735fb83b19dae2141200180c12280a221220e74cd4f0927e011df5"
    "2316f3ceeb158d33b80aa05e22b901b44dda100785a4711200180c12280a221220883f6c39c56d8272ec9f42adf5d70a928615f514b7dc20db"
    "e8148503116b23cd1200180b0a0a0802180b200420042003",
    "0a0a08021204687970651804",
    "0a0a0802120472626f751804",
    "0a09080212036e74791803",
]


def content(size: int) -> bytes:
    return hashlib.shake_128(b"hyperbounty %d" % size).digest(size)


class Blocks(dict[Cid, bytes]):
    """Blocks by CID that count how often they are asked for."""

    asked = 0

    def get_block(self, cid: Cid) -> bytes:
        self.asked += 1
        if cid not in self:
            raise ContentNotFound(f"{cid} is not here")
        return self[cid]

    def put(self, block: bytes, codec: int = DAG_PB) -> Cid:
        cid = Cid.of(codec, block)
        self[cid] = block
        return cid

    def join(self, *parts: tuple[Cid, int]) -> Cid:
        return self.put(nodes.encode_file([nodes.Child(cid, size, size) for cid, size in parts]))


@pytest.mark.heavy
@pytest.mark.parametrize(("size", "expected"), NODE_VECTORS)
def test_a_file_has_the_cid_a_node_gives_it(size: int, expected: str) -> None:
    data = content(size)
    built = list(build(data))
    assert str(built[-1][0]) == expected
    assert read(built[-1][0], dict(built).__getitem__) == data


@pytest.mark.parametrize(("size", "expected"), DEEP_VECTORS)
def test_a_tree_of_three_levels_has_the_cid_the_importer_gives_it(size: int, expected: str) -> None:
    data = content(size)
    built = list(build(data, chunk_bytes=64))
    assert str(built[-1][0]) == expected


@given(data=st.binary(max_size=3000), chunk=st.integers(8, 200))
@example(data=b"", chunk=8)
def test_what_was_built_is_read(data: bytes, chunk: int) -> None:
    built = list(build(data, chunk_bytes=chunk))
    assert read(built[-1][0], dict(built).__getitem__) == data


@given(data=st.binary(max_size=2000), chunk=st.integers(1, 50), seed=st.integers())
def test_a_stream_that_gives_little_at_a_time_has_the_same_blocks(data: bytes, chunk: int, seed: int) -> None:
    class Trickling(io.BytesIO):
        choices = random.Random(seed)

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            return super().read(min(size, self.choices.randint(1, 7)))

    assert list(build(Trickling(data), chunk_bytes=chunk)) == list(build(data, chunk_bytes=chunk))


def test_blocks_come_children_first_and_each_matches_its_cid() -> None:
    seen: set[Cid] = set()
    for cid, block in build(content(LINKS_PER_NODE * 8 + 1), chunk_bytes=8):
        assert cid.matches(block)
        if cid.codec == DAG_PB:
            assert {link.cid for link in dagpb.decode(block).links} <= seen
        seen.add(cid)


def test_a_file_in_the_oldest_form_is_read() -> None:
    blocks = Blocks()
    for block in OLD_BLOCKS:
        blocks.put(bytes.fromhex(block))
    assert read(OLD_ROOT, blocks.get_block) == b"hyperbounty"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("0a 04 0802 1800", b""),  # an empty file
        ("0a 06 0802 1202 6869", b"hi"),  # no size given
        ("0a 06 0800 1202 6869", b"hi"),  # type raw, as leaves once were
        ("0a 0b 0802 1202 6869 1802 38a403", b"hi"),  # with permissions
        ("0a 10 0802 1202 6869 1802 4206 08b9a2f3b006", b"hi"),  # with a time
    ],
)
def test_single_nodes_are_read_as_unixfs_has_it(block: str, expected: bytes) -> None:
    blocks = Blocks()
    assert read(blocks.put(bytes.fromhex(block)), blocks.get_block) == expected


@pytest.mark.parametrize(
    "block",
    [
        "",  # no UnixFS data
        "0a 04 0802 1801",  # a size without bytes
        "0a 06 0802 1203 6869",  # a field that is cut off
        "0a 03 0802 12",
        "0a 02 0802 0a 02 0802",  # data twice
        "0a 04 0802 2003",  # a size of a part that is not there
        "0a 02 0802 12 00",  # a link without a hash
        "0a 02 0802 1a 00",  # a field that dag-pb doesn't have
        "0b",  # a group
        "0a 02 1802",  # no type
        "0a 03 0a 01 02",  # a type that is not a number
    ],
)
def test_malformed_nodes_are_refused(block: str) -> None:
    blocks = Blocks()
    with pytest.raises(StoreError, match=r"publisher|UnixFS"):
        read(blocks.put(bytes.fromhex(block)), blocks.get_block)


def _field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


def test_sizes_in_packed_form_and_data_before_links_are_read() -> None:
    blocks = Blocks()
    leaf = blocks.put(b"abc", RAW)
    unixfs = bytes.fromhex("0802") + _field(2, b"hi") + bytes.fromhex("1805") + _field(4, b"\3")
    root = blocks.put(_field(1, unixfs) + _field(2, _field(1, leaf.binary) + _field(2, b"a name")))
    assert read(root, blocks.get_block) == b"hiabc"


def test_another_block_than_asked_for_is_refused() -> None:
    built = list(build(content(3000), chunk_bytes=1000))
    blocks = Blocks(built)
    leaf = built[0][0]
    blocks[leaf] = bytes(1000)
    with pytest.raises(ContentMismatch, match=str(leaf)):
        read(built[-1][0], blocks.get_block)


def test_a_raw_block_is_checked_too() -> None:
    with pytest.raises(ContentMismatch):
        check_block(Cid.raw(b"right"), b"wrong")


def test_a_missing_part_is_the_finders_error() -> None:
    built = list(build(content(3000), chunk_bytes=1000))
    blocks = Blocks(built)
    del blocks[built[1][0]]
    with pytest.raises(ContentNotFound, match=str(built[1][0])):
        read(built[-1][0], blocks.get_block)


def test_a_file_that_is_too_large_is_refused_by_its_root_alone() -> None:
    built = list(build(content(3000), chunk_bytes=1000))
    blocks = Blocks(built)
    with pytest.raises(StoreError, match=r"3,000 bytes, more than the 2,999"):
        read(built[-1][0], blocks.get_block, max_bytes=2999)
    assert blocks.asked == 1
    assert len(read(built[-1][0], blocks.get_block, max_bytes=3000)) == 3000


def test_a_raw_block_that_is_too_large_is_refused() -> None:
    with pytest.raises(StoreError, match="5 bytes, more than the 4"):
        read(Cid.raw(b"12345"), lambda _: b"12345", max_bytes=4)


@pytest.mark.parametrize("claimed", [2, 4])
def test_a_part_of_another_size_than_announced_is_refused(claimed: int) -> None:
    blocks = Blocks()
    leaf = blocks.put(b"abc", RAW)
    with pytest.raises(StoreError, match="holds 3 bytes"):
        read(blocks.join((leaf, claimed)), blocks.get_block)


def test_endless_nesting_is_refused() -> None:
    blocks = Blocks()
    top = blocks.put(b"abc", RAW)
    for _ in range(40):
        top = blocks.join((top, 3))
    with pytest.raises(StoreError, match="too deep"):
        read(top, blocks.get_block)


def test_few_blocks_cannot_cause_endless_work() -> None:
    blocks = Blocks()
    top, size = blocks.put(b"x", RAW), 1
    for _ in range(3):
        top, size = blocks.join(*[(top, size)] * 100), size * 100
    with pytest.raises(StoreError, match="too many"):
        read(top, blocks.get_block)
    assert blocks.asked < size // 100


def test_parts_without_content_are_refused() -> None:
    blocks = Blocks()
    nothing = blocks.put(b"", RAW)
    with pytest.raises(StoreError, match="empty part"):
        read(blocks.join(*[(nothing, 0)] * 100), blocks.get_block)


def test_a_directory_is_named_as_such() -> None:
    blocks = Blocks()
    with pytest.raises(StoreError, match="a directory"):
        read(blocks.put(bytes.fromhex("0a020801")), blocks.get_block)


def test_a_part_linked_by_another_hash_is_refused() -> None:
    inlined = bytes.fromhex("12 09 0a 07 01 55 00 03 616263 0a 06 0802 1803 2003")
    blocks = Blocks()
    with pytest.raises(StoreError, match="not SHA-256"):
        read(blocks.put(inlined), blocks.get_block)


@given(block=st.binary(max_size=300))
def test_any_block_is_a_file_or_refused(block: bytes) -> None:
    blocks = Blocks()
    try:
        read(blocks.put(block), blocks.get_block)
    except StoreError:
        return


@given(data=st.data())
def test_a_damaged_node_is_a_file_or_refused(data: st.DataObject) -> None:
    blocks = Blocks(build(content(50), chunk_bytes=10))
    root = next(cid for cid in blocks if cid.codec == DAG_PB)
    damaged = bytearray(blocks[root])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    for block in (bytes(damaged), bytes(damaged[:cut])):
        try:
            read(blocks.put(block), blocks.get_block)
        except StoreError:
            continue


def test_a_number_beyond_64_bits_is_refused() -> None:
    blocks = Blocks()
    for number in ("ff" * 9 + "02", "ff" * 12, "ff" * 9 + "7f"):
        field = bytes.fromhex("18" + number)
        with pytest.raises(StoreError, match="too large"):
            read(blocks.put(b"\x0a" + bytes([2 + len(field)]) + b"\x08\x02" + field), blocks.get_block)


def test_chunks_are_kubos_default() -> None:
    assert [len(block) for cid, block in build(bytes(CHUNK_BYTES + 1)) if cid.codec == RAW] == [CHUNK_BYTES, 1]
