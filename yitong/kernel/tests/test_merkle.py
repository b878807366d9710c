"""The tree against RFC 6962 as written, proofs against every way of spoiling them, and the command's exit codes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from yitong.kernel import merkle
from yitong.kernel.merkle import ProofError, verify_consistency, verify_inclusion
from yitong.kernel.merkle_cli import app, check_proof

# The eight entries every Certificate Transparency implementation is tested with, and the roots of their prefixes.
ENTRIES = tuple(
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Store:
    """Complete nodes by (level, index); a second write of one node or a read of a missing one is an error."""

    def __init__(self, count: int = 0) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []
        for at in range(count):
            self.append(merkle.leaf_hash(b"entry %d" % at))

    def get(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def add(self, nodes: Sequence[merkle.Node]) -> None:
        for level, index, value in nodes:
            assert (level, index) not in self.nodes
            self.nodes[level, index] = value

    def append(self, leaf: bytes) -> None:
        self.add(merkle.append_nodes(len(self.leaves), leaf, self.get))
        self.leaves.append(leaf)


FOREST = Store(130)


# RFC 6962 section 2.1, word for word, over leaf hashes: slow, and independent of the code under test.
def rfc_root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = rfc_split(len(leaves))
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def rfc_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def rfc_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = rfc_split(len(leaves))
    if m < k:
        return [*rfc_path(m, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(m - k, leaves[k:]), rfc_root(leaves[:k])]


def rfc_subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [rfc_root(leaves)]
    k = rfc_split(len(leaves))
    if m <= k:
        return [*rfc_subproof(m, leaves[:k], whole), rfc_root(leaves[k:])]
    return [*rfc_subproof(m - k, leaves[k:], False), rfc_root(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size: int) -> None:
    store = Store()
    for entry in ENTRIES[:size]:
        store.append(merkle.leaf_hash(entry))
    assert merkle.root(store.leaves).hex() == ROOTS[size]
    assert merkle.root_from_nodes(size, store.get).hex() == ROOTS[size]


def test_every_root_and_proof_up_to_130_leaves_follows_the_rfc() -> None:
    for size in range(1, 131):
        leaves = FOREST.leaves[:size]
        assert merkle.root(leaves) == merkle.root_from_nodes(size, FOREST.get) == rfc_root(leaves)
        for index in {0, 1, size // 3, size // 2, size - 2, size - 1}:
            if 0 <= index < size:
                assert merkle.inclusion_proof(index, size, FOREST.get) == rfc_path(index, leaves)
        for size1 in {1, 2, size // 3, size // 2, size - 1, size}:
            if 0 < size1 <= size:
                assert merkle.consistency_proof(size1, size, FOREST.get) == rfc_subproof(size1, leaves, True)


def test_every_proof_of_small_trees_is_accepted() -> None:
    for size in range(1, 34):
        root = rfc_root(FOREST.leaves[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, FOREST.get)
            verify_inclusion(index, size, root, FOREST.leaves[index], proof)
        for size1 in range(1, size + 1):
            proof = merkle.consistency_proof(size1, size, FOREST.get)
            verify_consistency(size1, size, rfc_root(FOREST.leaves[:size1]), root, proof)


@given(st.lists(st.integers(min_value=0, max_value=20), max_size=8))
def test_batches_store_the_same_nodes_as_single_appends(batches: list[int]) -> None:
    leaves = FOREST.leaves
    one, many, size = Store(), Store(), 0
    for count in batches:
        batch = [leaves[at % len(leaves)] for at in range(size, size + count)]
        many.add(merkle.append_batch(size, batch, many.get))
        for leaf in batch:
            one.append(leaf)
        size += count
    assert one.nodes == many.nodes


def test_a_leaf_hash_of_the_wrong_length_is_not_appended() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        merkle.append_nodes(0, b"abc", FOREST.get)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (6, 5), (0, 2**64)])
def test_no_inclusion_proof_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"outside a tree|2\^64"):
        merkle.inclusion_proof(index, size, FOREST.get)


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 5), (6, 5), (-1, 5), (1, 2**64)])
def test_no_consistency_proof_between_impossible_sizes(size1: int, size2: int) -> None:
    with pytest.raises(ValueError, match=r"no consistency proof|2\^64"):
        merkle.consistency_proof(size1, size2, FOREST.get)


# --- spoilt proofs ---------------------------------------------------------------------------------------------------


def spoilt_lists(proof: list[bytes], *roots: bytes) -> list[list[bytes]]:
    """``proof`` with a hash added, dropped, flipped or shortened in every place."""
    spoilt = [[*proof, b""], [b"", *proof], proof[:-1], proof[1:], []]
    spoilt += [[*proof, root] for root in roots] + [[root, *proof] for root in roots]
    for at, value in enumerate(proof):
        flipped = bytes([value[0] ^ 0x10]) + value[1:]
        spoilt += [[*proof[:at], other, *proof[at + 1 :]] for other in (flipped, value[:-1], b"", value + b"\0")]
        spoilt.append([*proof[:at], value, *proof[at:]])
    return [candidate for candidate in spoilt if candidate != proof]


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (4, 5), (6, 7), (100, 130)])
def test_a_spoilt_inclusion_proof_is_refused(index: int, size: int) -> None:
    leaf, root = FOREST.leaves[index], rfc_root(FOREST.leaves[:size])
    proof = merkle.inclusion_proof(index, size, FOREST.get)
    verify_inclusion(index, size, root, leaf, proof)
    for candidate in spoilt_lists(proof, root, leaf):
        with pytest.raises(ProofError):
            verify_inclusion(index, size, root, leaf, candidate)
    # Some neighbouring sizes give a proof of the same shape, so only these are sure to fail.
    for wrong in (index - 1, index + 1, index ^ 2, 2**64 - 1, size):
        with pytest.raises(ProofError):
            verify_inclusion(wrong, size, root, leaf, proof)
    for wrong in (size * 2, size // 2, 0):
        with pytest.raises(ProofError):
            verify_inclusion(index, wrong, root, leaf, proof)
    for wrong_root in (b"", b"\0" * 32, root[:-1]):
        with pytest.raises(ProofError, match="another root"):
            verify_inclusion(index, size, wrong_root, leaf, proof)
    for wrong_leaf in (b"", b"\0" * 32, leaf[:-1], leaf + b"\0"):
        with pytest.raises(ProofError):
            verify_inclusion(index, size, root, wrong_leaf, proof)


@pytest.mark.parametrize(("size1", "size2"), [(1, 8), (6, 8), (2, 5), (6, 7), (64, 130), (65, 130), (129, 130)])
def test_a_spoilt_consistency_proof_is_refused(size1: int, size2: int) -> None:
    root1, root2 = rfc_root(FOREST.leaves[:size1]), rfc_root(FOREST.leaves[:size2])
    proof = merkle.consistency_proof(size1, size2, FOREST.get)
    verify_consistency(size1, size2, root1, root2, proof)
    for candidate in spoilt_lists(proof, root1, root2):
        with pytest.raises(ProofError):
            verify_consistency(size1, size2, root1, root2, candidate)
    for wrong1, wrong2 in (
        (size1 - 1, size2),
        (size1 + 1, size2),
        (size1, size2 * 2),
        (size1, size2 // 2),
        (size2, size1),
    ):
        with pytest.raises(ProofError):
            verify_consistency(wrong1, wrong2, root1, root2, proof)
    for first, second in ((root2, root1), (b"\0" * 32, root2), (root1, b"\0" * 32), (b"", root2), (root1, b"")):
        with pytest.raises(ProofError):
            verify_consistency(size1, size2, first, second, proof)


@pytest.mark.parametrize(
    ("size1", "size2", "root1", "root2", "proof", "reason"),
    [
        (0, 0, b"a", b"b", [], "roots are not"),
        (1, 1, b"a", b"b", [], "roots are not"),
        (0, 0, b"a", b"a", [b"a"], "must be empty"),
        (1, 1, b"a", b"a", [b"a"], "must be empty"),
        (0, 1, b"a", b"b", [], "empty tree"),
        (0, 5, b"a", b"b", [b"\0" * 32], "empty tree"),
        (1, 2, b"a", b"b", [], "proof is empty"),
        (1, 0, b"a", b"b", [], "smaller"),
        (2, 1, b"a", b"b", [b"a"], "smaller"),
        (-1, 1, b"a", b"b", [], "no tree size"),
        (1, 2**64, b"a", b"b", [b"a"], "no tree size"),
    ],
)
def test_edges_of_consistency_are_refused(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes], reason: str
) -> None:
    with pytest.raises(ProofError, match=reason):
        verify_consistency(size1, size2, root1, root2, proof)


@pytest.mark.parametrize(("size", "root"), [(0, b""), (0, b"anything"), (1, b"anything"), (2**64 - 1, b"\1" * 32)])
def test_a_tree_is_consistent_with_itself_whatever_its_root(size: int, root: bytes) -> None:
    verify_consistency(size, size, root, root, [])


def test_the_largest_tree_is_answered() -> None:
    leaf = merkle.leaf_hash(b"")
    proof = [leaf] * 64
    root = leaf
    for sibling in proof:
        root = merkle.node_hash(root, sibling)
    verify_inclusion(0, 2**64 - 1, root, leaf, proof)
    with pytest.raises(ProofError, match="63 hashes, not 64"):
        verify_inclusion(0, 2**64 - 1, root, leaf, proof[1:])
    with pytest.raises(ProofError, match="outside"):
        verify_inclusion(2**64 - 1, 2**64 - 1, root, leaf, proof)


@settings(max_examples=80)
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.lists(st.binary(max_size=33), max_size=70), st.binary())
def test_no_made_up_proof_is_accepted(first: int, second: int, proof: list[bytes], root: bytes) -> None:
    with pytest.raises(ProofError):
        verify_inclusion(first, second, root, b"\0" * 32, proof)
    with pytest.raises(ProofError):
        verify_consistency(first, second, root, root + b"x", proof)


# --- the command -----------------------------------------------------------------------------------------------------


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def inclusion_document(index: int = 5, size: int = 8) -> dict[str, Any]:
    proof = merkle.inclusion_proof(index, size, FOREST.get)
    return {
        "leafIdx": index,
        "treeSize": size,
        "root": b64(rfc_root(FOREST.leaves[:size])),
        "leafHash": b64(FOREST.leaves[index]),
        "proof": [b64(item) for item in proof],
        "desc": "ignored",
        "wantErr": False,
    }


def consistency_document(size1: int = 6, size2: int = 8) -> dict[str, Any]:
    proof = merkle.consistency_proof(size1, size2, FOREST.get)
    return {
        "size1": size1,
        "size2": size2,
        "root1": b64(rfc_root(FOREST.leaves[:size1])),
        "root2": b64(rfc_root(FOREST.leaves[:size2])),
        "proof": [b64(item) for item in proof],
    }


def checked(tmp_path: Path, document: Any) -> int:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return check_proof(file)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (inclusion_document(), 0),
        (inclusion_document(0, 1) | {"proof": None}, 0),
        (inclusion_document() | {"proof": None}, 1),
        (inclusion_document() | {"leafIdx": 2**64 - 1}, 1),
        (inclusion_document() | {"treeSize": 0}, 1),
        (inclusion_document() | {"root": ""}, 1),
        (inclusion_document() | {"root": None}, 1),
        (inclusion_document() | {"leafHash": ""}, 1),
        ({"leafIdx": 0, "treeSize": 0}, 1),
        (consistency_document(), 0),
        (consistency_document(8, 8) | {"proof": None}, 0),
        (consistency_document() | {"size1": 7}, 1),
        ({"size1": 0, "size2": 0, "root1": None, "root2": ""}, 0),
        ({"size1": 0, "size2": 0}, 0),
        ({"size1": 0, "size2": 1, "proof": []}, 1),
        ({"size1": 2**64 - 1, "size2": 2**64 - 1, "root1": "YQ==", "root2": "YQ=="}, 0),
        ({}, 2),
        ([], 2),
        ("proof", 2),
        ({"size1": 1, "treeSize": 1}, 2),
        (inclusion_document() | consistency_document(), 2),
        (inclusion_document() | {"leafIdx": -1}, 2),
        (inclusion_document() | {"leafIdx": 2**64}, 2),
        (inclusion_document() | {"leafIdx": "5"}, 2),
        (inclusion_document() | {"leafIdx": 5.0}, 2),
        (consistency_document() | {"size1": True}, 2),
        (consistency_document() | {"size1": None}, 2),
        (consistency_document() | {"root1": "not base64!"}, 2),
        (consistency_document() | {"root1": "YQ"}, 2),
        (consistency_document() | {"root1": 1}, 2),
        (consistency_document() | {"proof": "YQ=="}, 2),
        (consistency_document() | {"proof": [None]}, 1),
        (consistency_document() | {"proof": [1]}, 2),
    ],
)
def test_the_exit_code_says_what_the_file_is(tmp_path: Path, document: Any, code: int) -> None:
    assert checked(tmp_path, document) == code


def test_the_early_name_of_the_index_is_understood(tmp_path: Path) -> None:
    document = inclusion_document()
    document["leafIndex"] = document.pop("leafIdx")
    assert checked(tmp_path, document) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"size1": ' + b"9" * 5000 + b"}"])
def test_a_file_that_is_not_json_exits_2(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "proof.json"
    file.write_bytes(content)
    assert check_proof(file) == 2
    assert "not JSON" in capsys.readouterr().err


def test_a_missing_or_huge_file_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_proof(tmp_path / "nothing.json") == 2
    assert check_proof(tmp_path) == 2
    huge = tmp_path / "huge.json"
    huge.write_bytes(b" " * 1_000_001)
    assert check_proof(huge) == 2
    errors = capsys.readouterr().err
    assert "cannot be read" in errors
    assert "larger than" in errors


def test_the_command_prints_the_reason_and_exits_with_the_code(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(consistency_document() | {"size1": 5}), encoding="utf-8")
    runner = CliRunner()
    plain = runner.invoke(app, ["check-proof", str(file)])
    assert plain.exit_code == 1
    assert plain.stdout.startswith("invalid consistency proof: The proof")
    answer = runner.invoke(app, ["check-proof", str(file), "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {"kind": "consistency", "valid": False, "reason": plain.stdout.strip()[27:]}
    file.write_text(json.dumps(consistency_document()), encoding="utf-8")
    assert runner.invoke(app, ["check-proof", str(file)]).stdout == "valid consistency proof\n"
