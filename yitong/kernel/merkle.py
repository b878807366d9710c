"""Merkle tree of RFC 6962 (SHA-256; leaf prefix 0x00, node prefix 0x01): append, roots, proofs, verification.

Pure. A store keeps only *complete* nodes, keyed by (level, index): level 0 holds the leaf hashes, and node (l, i)
covers the leaves i * 2**l up to (i + 1) * 2**l, all of which exist. Complete nodes never change, so a store only ever
inserts. Whoever reads passes ``get_node(level, index) -> bytes``; every function here asks only for nodes that exist.

The verifiers agree with the public transparency-dev/merkle on every edge case, and refuse besides a proof that holds a
hash of another length than 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from yitong.kernel.reasons import N_

HASH_SIZE = 32
# Tree sizes and leaf indices are unsigned 64-bit numbers in the public log ecosystem.
MAX_SIZE = 2**64 - 1

GetNode = Callable[[int, int], bytes]
Node = tuple[int, int, bytes]


class ProofError(ValueError):
    """A proof does not prove what it claims. ``reason``: English msgid, placeholders filled from ``params``."""

    def __init__(self, reason: str, **params: object) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason, params)

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node from its two children's hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def empty_root() -> bytes:
    """Root of the tree without leaves."""
    return hashlib.sha256().digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root over all the leaf hashes. Linear; a store should use ``root_from_nodes``."""
    level = list(leaf_hashes)
    if not level:
        return empty_root()
    while len(level) > 1:
        # An odd last node goes up unhashed: same tree as splitting at the largest power of two below the size.
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)] + odd
    return level[0]


def append_nodes(size: int, leaf: bytes, get_node: GetNode) -> list[Node]:
    """Complete nodes (level, index, hash) that leaf hash ``leaf`` adds to a tree of ``size`` leaves, lowest first."""
    _require_size(size, "size")
    if len(leaf) != HASH_SIZE:
        raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}; pass leaf_hash(data)")
    nodes = [(0, size, leaf)]
    level, index = 0, size
    while index & 1:
        leaf = node_hash(get_node(level, index - 1), leaf)
        level, index = level + 1, index >> 1
        nodes.append((level, index, leaf))
    return nodes


def append_batch(size: int, leaves: Sequence[bytes], get_node: GetNode) -> list[Node]:
    """As ``append_nodes`` for several leaf hashes in order; reads only nodes stored before the batch."""
    fresh: dict[tuple[int, int], bytes] = {}

    def lookup(level: int, index: int) -> bytes:
        known = fresh.get((level, index))
        return get_node(level, index) if known is None else known

    nodes: list[Node] = []
    for offset, leaf in enumerate(leaves):
        added = append_nodes(size + offset, leaf, lookup)
        fresh.update(((level, index), value) for level, index, value in added)
        nodes.extend(added)
    return nodes


def root_from_nodes(size: int, get_node: GetNode) -> bytes:
    """Root of the first ``size`` leaves, reading at most 64 stored nodes."""
    _require_size(size, "size")
    return _range_root(0, size, get_node) if size else empty_root()


def inclusion_proof(index: int, size: int, get_node: GetNode) -> list[bytes]:
    """Proof that leaf ``index`` is in the tree of ``size`` leaves, lowest sibling first. ValueError if it is not."""
    _require_size(size, "size")
    if not 0 <= index < size:
        raise ValueError(f"leaf index {index} is outside a tree of {size} leaves; use 0 to size - 1")
    begin, end = 0, size
    path: list[bytes] = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_root(middle, end, get_node))
            end = middle
        else:
            path.append(_range_root(begin, middle, get_node))
            begin = middle
    return path[::-1]


def consistency_proof(size1: int, size2: int, get_node: GetNode) -> list[bytes]:
    """Proof that the tree of ``size1`` leaves is the beginning of that of ``size2``, lowest node first.

    ValueError unless 0 < size1 <= size2. Empty for equal sizes. From size 0 there is nothing to prove,
    and no verifier accepts such a proof.
    """
    _require_size(size2, "size2")
    if not 0 < size1 <= size2:
        raise ValueError(f"no consistency proof from {size1} to {size2} leaves; sizes must be 0 < size1 <= size2")
    begin, end = 0, size2
    path: list[bytes] = []
    while size1 != end:
        middle = begin + _split(end - begin)
        if size1 <= middle:
            path.append(_range_root(middle, end, get_node))
            end = middle
        else:
            path.append(_range_root(begin, middle, get_node))
            begin = middle
    # The last subtree both trees hold whole: left out when it is all of the first tree, whose root the verifier has.
    if begin:
        path.append(_range_root(begin, end, get_node))
    return path[::-1]


def verify_inclusion(leaf_index: int, tree_size: int, root: bytes, leaf_hash: bytes, proof: Sequence[bytes]) -> None:
    """Return if ``proof`` shows ``leaf_hash`` at ``leaf_index`` of the tree (tree_size, root); else ProofError."""
    _check_number(leaf_index)
    _check_number(tree_size)
    if leaf_index >= tree_size:
        raise ProofError(
            N_("The leaf index %(index)s is outside a tree of %(size)s leaves."), index=leaf_index, size=tree_size
        )
    if len(leaf_hash) != HASH_SIZE:
        raise ProofError(
            N_("The leaf hash has %(length)s bytes, not %(wanted)s."), length=len(leaf_hash), wanted=HASH_SIZE
        )
    inner, border = _decompose(leaf_index, tree_size)
    _check_proof_length(proof, inner + border)
    calculated = _chain_left(_chain(leaf_hash, proof[:inner], leaf_index), proof[inner:])
    if calculated != root:
        raise ProofError(N_("The proof leads to another root than the one given."))


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Return if ``proof`` shows that the tree (size2, root2) extends the tree (size1, root1); else ProofError.

    Equal sizes need equal roots and an empty proof, size 0 included; from size 0 to another nothing can be shown.
    """
    _check_number(size1)
    _check_number(size2)
    if size2 < size1:
        raise ProofError(
            N_("The second size %(size2)s is smaller than the first, %(size1)s."), size1=size1, size2=size2
        )
    if size1 == size2:
        if proof:
            raise ProofError(N_("The sizes are equal, so the proof must be empty."))
        if root1 != root2:
            raise ProofError(N_("The sizes are equal and the roots are not."))
        return
    if size1 == 0:
        raise ProofError(N_("Nothing can be proved from an empty tree."))
    if not proof:
        raise ProofError(N_("The proof is empty and the sizes differ."))
    _verify_growth(size1, size2, root1, root2, proof)


def _verify_growth(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """``verify_consistency`` for 0 < size1 < size2 and a proof that is not empty."""
    inner, border = _decompose(size1 - 1, size2)
    shift = (size1 & -size1).bit_length() - 1
    inner -= shift
    # The proof begins with the last complete subtree of the first tree, unless that is the whole first tree.
    whole = size1 == 1 << shift
    _check_proof_length(proof, inner + border + (0 if whole else 1))
    seed, rest = (root1, proof) if whole else (proof[0], proof[1:])
    mask = (size1 - 1) >> shift
    first = seed
    for level, sibling in enumerate(rest[:inner]):
        if mask >> level & 1:
            first = node_hash(sibling, first)
    if _chain_left(first, rest[inner:]) != root1:
        raise ProofError(N_("The proof leads to another first root than the one given."))
    if _chain_left(_chain(seed, rest[:inner], mask), rest[inner:]) != root2:
        raise ProofError(N_("The proof leads to another second root than the one given."))


def _split(count: int) -> int:
    """Largest power of two smaller than ``count`` (2 or more): where RFC 6962 splits a range."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(begin: int, end: int, get_node: GetNode) -> bytes:
    """Root over leaves begin up to end, a range RFC 6962 splits off, from its complete nodes, right to left."""
    hashes = []
    while begin < end:
        width = 1 << ((end - begin).bit_length() - 1)
        hashes.append(get_node(width.bit_length() - 1, begin // width))
        begin += width
    result = hashes.pop()
    while hashes:
        result = node_hash(hashes.pop(), result)
    return result


def _decompose(index: int, size: int) -> tuple[int, int]:
    """Lengths of an inclusion path below and along the border: split where it parts from the last leaf's path."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _chain(seed: bytes, siblings: Sequence[bytes], index: int) -> bytes:
    """Hash upwards from ``seed`` at ``index``, each sibling on the side the index says."""
    for level, sibling in enumerate(siblings):
        seed = node_hash(sibling, seed) if index >> level & 1 else node_hash(seed, sibling)
    return seed


def _chain_left(seed: bytes, siblings: Sequence[bytes]) -> bytes:
    """Hash upwards along the right border, where every sibling is on the left."""
    for sibling in siblings:
        seed = node_hash(sibling, seed)
    return seed


def _check_proof_length(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        raise ProofError(N_("The proof has %(length)s hashes, not %(wanted)s."), length=len(proof), wanted=wanted)
    for position, item in enumerate(proof):
        if len(item) != HASH_SIZE:
            raise ProofError(
                N_("Hash %(position)s of the proof has %(length)s bytes, not %(wanted)s."),
                position=position,
                length=len(item),
                wanted=HASH_SIZE,
            )


def _check_number(value: int) -> None:
    if not 0 <= value <= MAX_SIZE:
        raise ProofError(N_("%(value)s is no tree size or leaf index; they are from 0 to 2^64 - 1."), value=value)


def _require_size(size: int, name: str) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise ValueError(f"{name} {size} is not from 0 to 2^64 - 1")
