"""The embedder that serves: a compiled model in onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from index.embedding import TokenOffsets, Vectors, late_chunked, lead, unit
from index.manifest import Manifest
from index.sessions import open_session
from index.spans import Span

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
RUNTIME = "onnxruntime-int8"


class CompiledEmbedder:
    """A folder made by ``pincite compile``, run one text at a time.

    Dynamic quantisation scales a batch by its largest value, so a text's vector would depend on its
    neighbours in the batch: one text a pass keeps vectors reproducible, and wastes nothing on padding.
    """

    def __init__(self, folder: Path) -> None:
        """Load and warm the model.

        Raises:
            BrokenModel: a file is missing or was changed.
        """
        self.folder = folder
        self._recipe = Manifest.read(folder).recipe
        self._fingerprint = self._recipe.fingerprint(RUNTIME)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._session = open_session(folder / MODEL)
        self._inputs = {wanted.name for wanted in self._session.get_inputs()}
        self._special_tokens = self._tokenizer.num_special_tokens_to_add(False)
        self.embed_question("warm")

    @property
    def dimension(self) -> int:
        """Components of each vector."""
        return self._recipe.dimension

    @property
    def max_tokens(self) -> int:
        """The model's limit less its special tokens and the passage prompt."""
        prompt = len(self.token_spans(self._recipe.passage_prompt))
        return self._recipe.max_sequence_tokens - self._special_tokens - prompt

    @property
    def fingerprint(self) -> str:
        """The recipe's fingerprint in this runtime and precision."""
        return self._fingerprint

    def token_spans(self, text: str) -> TokenOffsets:
        """``(n, 2)`` int64 code-point offsets of every token of ``text``."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return np.array(offsets, dtype=np.int64).reshape(-1, 2)

    def embed_question(self, question: str) -> Vectors:
        """``(dimension,)`` float32, unit length."""
        text = self._recipe.question_prompt + question
        encoding = self._tokenizer.encode(text)
        if len(encoding.ids) > self._recipe.max_sequence_tokens:
            room = self._recipe.max_sequence_tokens - self._special_tokens
            encoding = self._tokenizer.encode(text[: self.token_spans(text)[room - 1, 1]])
        return unit(self._pooled(self._run(encoding)))

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """``(1 + len(sentences), dimension)`` float32, unit rows, from one forward pass."""
        prompt = self._recipe.passage_prompt + lead(context)
        encoding = self._tokenizer.encode(prompt + text)
        outputs = self._run(encoding)
        content = np.array(encoding.special_tokens_mask) == 0
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) - len(prompt)
        content &= offsets[:, 0] >= 0
        return late_chunked(self._pooled(outputs), outputs[content], offsets[content], sentences)

    def _run(self, encoding: Encoding) -> Vectors:
        """The last hidden state of a text, ``(tokens, dimension)`` float32."""
        feeds = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,  # of models that were compiled before 2026-11-24
            "token_type_ids": encoding.type_ids,
        }
        arrays = {name: np.array([feeds[name]], dtype=np.int64) for name in self._inputs}
        outputs: Vectors = self._session.run(None, arrays)[0][0]
        return outputs

    def _pooled(self, outputs: Vectors) -> Vectors:
        pooled: Vectors = outputs[0] if self._recipe.pooling == "cls" else outputs.mean(axis=0)
        return pooled
