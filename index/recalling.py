"""An embedder that remembers the passages of some documents, as they were stored."""

from collections.abc import Iterable, Sequence

from index.embedding import Embedder, TokenOffsets, Vectors
from index.engine import Truth
from index.ingesting import fitting
from index.spans import Span


class Recalling:
    """Embeds only what is not in the stored documents: a passage of the same text, sentences and context is.

    It is another ``Embedder``, with equal vectors once they are stored. The store's vectors are to be of the
    embedder's own fingerprint.
    """

    def __init__(self, embedder: Embedder, store: Truth, document_ids: Iterable[str]) -> None:
        self._embedder = embedder
        self._stored: dict[tuple[str, tuple[Span, ...], str], Vectors] = {}
        for document in filter(None, map(store.document, document_ids)):
            context = fitting(document.context, embedder)
            for stored in store.passages_of(document.id):
                passage = stored.passage
                inside = tuple(sentence.within(passage.span) for sentence in passage.sentences)
                self._stored[passage.span.of(document.text), inside, context] = stored.vectors

    @property
    def dimension(self) -> int:
        """As the embedder's."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """As the embedder's."""
        return self._embedder.max_tokens

    @property
    def fingerprint(self) -> str:
        """As the embedder's."""
        return self._embedder.fingerprint

    def token_spans(self, text: str) -> TokenOffsets:
        """As the embedder's."""
        return self._embedder.token_spans(text)

    def embed_question(self, question: str) -> Vectors:
        """As the embedder's."""
        return self._embedder.embed_question(question)

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """The stored vectors where there are any, else the embedder's."""
        stored = self._stored.get((text, tuple(sentences), context))
        return stored if stored is not None else self._embedder.embed_passage(text, sentences, context=context)
