"""The language statistics of py3langid (naive Bayes over byte n-grams) in a fifth of their memory.

Its model file holds an automaton as a dense table of 39 MB and the weights of 139 languages. Here the
automaton is the tree of n-grams that it was made from, walked for all bytes of a text at once, and only
the languages asked for keep their weights. The answers are those of py3langid's own `classify`.
"""

import lzma
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from math import sqrt

import numpy as np
from numpy.typing import NDArray

_PIECE = 1024  # rows looked at together while the model is read: what is taken for it stays small


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramTree:
    """The n-grams as a tree. Nodes are numbered so that node `i` is what the `i - 1`th edge leads to, the
    edges being sorted by the node they leave and then by their byte."""

    edges: NDArray[np.int32]  # the node it leaves * 256 + its byte
    pairs: NDArray[np.int32]  # for any two bytes together the node they lead to from the root, or 0
    feature: NDArray[np.int32]  # of each node what it counts for; -1 for nothing

    def features(self, text: bytes) -> NDArray[np.int32]:
        """The feature of the longest n-gram that ends at each byte, where it has one."""
        letters = np.frombuffer(text + b"\0", dtype=np.uint8).astype(np.int32)  # no n-gram goes on over a 0
        longest = self.pairs.take(letters[:-1])  # of one byte: as after a 0
        nodes = self.pairs.take(letters[:-2] * 256 + letters[1:-1])
        ends = np.arange(1, len(text))
        while True:
            going = nodes.nonzero()[0]
            if not len(going):
                break
            ends, nodes = ends.take(going), nodes.take(going)
            longest[ends] = nodes
            ends += 1
            wanted = nodes * 256 + letters.take(ends)
            edges = self.edges.searchsorted(wanted).astype(np.int32)
            nodes = (edges + 1) * (self.edges.take(edges, mode="clip") == wanted)
        found = self.feature[longest]
        return found[found >= 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """The weights of some languages: a row of `weights` for each feature, a column for each language."""

    languages: tuple[str, ...]
    same: tuple[tuple[int, int], ...]  # two columns of one language (Serbian in its two alphabets)
    tree: NgramTree
    weights: NDArray[np.float16]
    prior: NDArray[np.float32]

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest language of a text and its probability (0..1)."""
        letters = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        raw = letters.encode(errors="surrogatepass")
        features, counts = np.unique(self.tree.features(raw), return_counts=True)
        scores = np.zeros(len(self.languages), dtype=np.float32)
        if len(features):
            scores = np.log1p(counts.astype(np.float32)) @ self.weights.take(features, axis=0) + self.prior
        scores *= 1.0 / sqrt(len(raw) or 1)  # keeps the probability honest whatever the length
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        for one, other in self.same:
            odds[one] += odds[other]
            odds[other] = 0
        best = int(odds.argmax())
        return self.languages[best], float(odds[best])


def load(wanted: Collection[str]) -> LanguageModel:
    """The shipped model of py3langid for the languages wanted; codes that it does not know are left out."""
    packed = files("py3langid") / "data" / "model.npz.xz"
    with tempfile.TemporaryFile() as plain:  # 70 MB unpacked, never whole in memory
        with packed.open("rb") as raw, lzma.open(raw) as unpacked:
            shutil.copyfileobj(unpacked, plain, length=1 << 20)
        plain.seek(0)
        with np.load(plain, allow_pickle=False) as model:
            classes = model["classes"].tolist()
            columns = [at for at, code in enumerate(classes) if code in wanted]
            languages = tuple(str(classes[at]) for at in columns)
            first = [languages.index(code) for code in languages]
            return LanguageModel(
                languages=languages,
                same=tuple((one, other) for other, one in enumerate(first) if one != other),
                weights=_columns(model.zip, columns),
                prior=model["pc"][columns],
                tree=_tree(model["nextmove"].reshape(-1, 256), model["nextmove_row"], model["out_feat"]),
            )


def _columns(archive: zipfile.ZipFile, columns: list[int]) -> NDArray[np.float16]:
    """The weights of some languages, read a piece at a time: the whole table is thrice the size."""
    with archive.open("ptc.npy") as table:
        np.lib.format.read_magic(table)
        (height, width), _, kind = np.lib.format.read_array_header_1_0(table)
        weights = np.empty((height, len(columns)), dtype=np.float16)
        for at in range(0, height, _PIECE):
            piece = table.read(_PIECE * width * kind.itemsize)
            weights[at : at + _PIECE] = np.frombuffer(piece, dtype=kind).reshape(-1, width)[:, columns]
    return weights


def _tree(moves: NDArray[np.uint32], row_of: NDArray[np.uint16], out: NDArray[np.int32]) -> NgramTree:
    """The tree in an automaton of Aho and Corasick: what a state reaches one byte deeper are its children.

    States are numbered anew as they are reached, level by level. One whose row of moves was met before has
    no children: it only goes on as that shorter one does."""
    count = len(row_of)
    seen, met = np.zeros(count, dtype=bool), np.zeros(len(moves), dtype=bool)
    seen[0] = True
    old = np.zeros(count, dtype=np.uint32)  # of each node the state it was
    edges = np.zeros(count - 1, dtype=np.int32)
    done, level, known = 0, 1, 1
    while done < known:
        level = known if done == level else level  # where the nodes of one depth end
        nodes = np.arange(done, min(level, done + _PIECE), dtype=np.int32)
        done += len(nodes)
        nodes = nodes[~met[row_of[old[nodes]]]]
        mine = row_of[old[nodes]]
        met[mine] = True
        reached = moves[mine]
        parents, letters = np.nonzero(~seen[reached])
        children = reached[parents, letters]
        old[known : known + len(children)] = children
        edges[known - 1 : known - 1 + len(children)] = nodes[parents] * 256 + letters
        seen[children] = True
        known += len(children)
    return NgramTree(edges=edges, pairs=_pairs(edges), feature=out[old])


def _pairs(edges: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each two bytes the node of both; for each byte after a 0, which no n-gram has, that of the one."""
    pairs = np.zeros(1 << 16, dtype=np.int32)
    leaves_root = int(np.searchsorted(edges, 256))
    pairs[edges[:leaves_root]] = np.arange(1, leaves_root + 1)
    for node in range(1, leaves_root + 1):
        here = slice(*np.searchsorted(edges, (node * 256, node * 256 + 256)))
        pairs[edges[node - 1] * 256 + edges[here] % 256] = np.arange(here.start + 1, here.stop + 1)
    return pairs
