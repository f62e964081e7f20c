"""The embedder that defines what is right: sentence-transformers itself, in torch."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from transformers.utils.logging import disable_progress_bar

from index.embedding import TokenOffsets, Vectors, late_chunked, lead, unit
from index.errors import PinciteError
from index.manifest import POOLINGS, Recipe, file_sha256
from index.spans import Span

WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class UnusableModel(PinciteError):
    """A folder that sentence-transformers cannot load, or that lacks what Pincite needs of a model."""


class ReferenceEmbedder:
    """Any sentence-transformers model: slower than the compiled one, and on a GPU where torch finds one."""

    def __init__(self, folder: Path) -> None:
        """Load the model in ``folder``.

        Raises:
            UnusableModel: it is no sentence-transformers model with a fast tokenizer.
        """
        self.model = load(folder)
        self.tokenizer = fast_tokenizer(self.model, folder)
        self.recipe = recipe_of(self.model, folder)
        self._special_tokens = self.tokenizer.num_special_tokens_to_add(False)
        self._one_at_a_time = (
            threading.Lock()
        )  # the model's own tokenizer is changed by each use; torch has threads

    @property
    def dimension(self) -> int:
        """Components of each vector."""
        return self.recipe.dimension

    @property
    def max_tokens(self) -> int:
        """The model's limit less its special tokens and the passage prompt."""
        prompt = len(self.token_spans(self.recipe.passage_prompt))
        return self.recipe.max_sequence_tokens - self._special_tokens - prompt

    @property
    def fingerprint(self) -> str:
        """The recipe's fingerprint in torch, at the precision of the weights."""
        precision = str(next(self.model.parameters()).dtype).removeprefix("torch.")
        return self.recipe.fingerprint(f"torch-{precision}")

    def token_spans(self, text: str) -> TokenOffsets:
        """``(n, 2)`` int64 code-point offsets of every token of ``text``."""
        offsets = self.tokenizer.encode(text, add_special_tokens=False).offsets
        return np.array(offsets, dtype=np.int64).reshape(-1, 2)

    def embed_question(self, question: str) -> Vectors:
        """``(dimension,)`` float32, unit length."""
        with self._one_at_a_time:
            vectors = self.model.encode(
                [question], prompt=self.recipe.question_prompt, show_progress_bar=False, convert_to_numpy=True
            )
        return unit(np.asarray(vectors[0], dtype=np.float32))

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """``(1 + len(sentences), dimension)`` float32, unit rows.

        A model with layers behind its pooling has no token vectors in the space of its passages: its
        sentences are encoded one by one instead.
        """
        prompt = self.recipe.passage_prompt + lead(context)
        if self.recipe.pooling not in POOLINGS:
            texts = [text, *(sentence.of(text) for sentence in sentences)]
            with self._one_at_a_time:
                return unit(np.asarray(self.model.encode(texts, prompt=prompt, show_progress_bar=False)))
        with self._one_at_a_time:
            encoded: Any = self.model.encode([text], prompt=prompt, output_value=None, show_progress_bar=False)
        [outputs] = encoded
        encoding = self.tokenizer.encode(prompt + text)
        content = np.array(encoding.special_tokens_mask) == 0
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) - len(prompt)
        content &= offsets[:, 0] >= 0
        tokens = outputs["token_embeddings"].float().cpu().numpy()[: len(content)]
        passage = outputs["sentence_embedding"].float().cpu().numpy()
        return late_chunked(passage, tokens[content], offsets[content], sentences)


def load(folder: Path, *, attention: str | None = None) -> SentenceTransformer:
    """The model in ``folder``, in evaluation mode; no code from it is run and no network is used.

    Raises:
        UnusableModel: sentence-transformers cannot load it.
    """
    disable_progress_bar()
    torch.set_num_threads(min(torch.get_num_threads(), 8))
    try:
        options = {"attn_implementation": attention} if attention else {}
        return SentenceTransformer(str(folder), model_kwargs=options, local_files_only=True).eval()
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UnusableModel(
            f"sentence-transformers cannot load the model in {folder}",
            remedy="name a folder that SentenceTransformer.save wrote, or a model on your hub",
        ) from error


def fast_tokenizer(model: SentenceTransformer, folder: Path) -> Tokenizer:
    """A copy of the model's tokenizer that neither truncates nor pads.

    Raises:
        UnusableModel: it has no fast tokenizer, without which tokens have no offsets.
    """
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise UnusableModel(f"the model in {folder} has no fast tokenizer", remedy="save it with a tokenizer.json")
    tokenizer: Tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def recipe_of(model: SentenceTransformer, folder: Path) -> Recipe:
    """What decides the vectors of ``model``, from its own files in ``folder``.

    Raises:
        UnusableModel: there is no weight file.
    """
    weights = next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise UnusableModel(f"there is no weight file in {folder}", remedy=f"add {WEIGHTS[0]}")
    tokenizer = fast_tokenizer(model, folder).to_str().encode()
    prompts = model.prompts or {}
    return Recipe(
        model=folder.name,
        weights_sha256=file_sha256(weights),
        tokenizer_sha256=hashlib.sha256(tokenizer).hexdigest(),
        pooling=_pooling(model),
        max_sequence_tokens=int(model.max_seq_length or 512),
        dimension=int(model.get_embedding_dimension() or 0),
        question_prompt=prompts.get("query") or "",
        passage_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _pooling(model: SentenceTransformer) -> str:
    modules = list(model.children())
    known = len(modules) > 1 and isinstance(modules[0], Transformer) and isinstance(modules[1], Pooling)
    if known and all(isinstance(module, Normalize) for module in modules[2:]):
        return str(modules[1].pooling_mode)
    return "own: " + ", ".join(type(module).__name__ for module in modules[1:])
