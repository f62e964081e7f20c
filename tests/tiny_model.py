"""A sentence-transformers model of one layer and random weights, that compiles in a second."""

from pathlib import Path
from string import ascii_lowercase

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast
from transformers.utils.logging import disable_progress_bar

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *ascii_lowercase, *(f"##{a}" for a in ascii_lowercase)]
DIMENSION = 64


def save(
    folder: Path, *, pooling: str = "mean", dense: int | None = None, prompts: dict[str, str] | None = None
) -> Path:
    """Save the model in ``folder``: a token is a letter; ``dense`` is the width of a last layer."""
    disable_progress_bar()
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    bert = folder.with_name(f"{folder.name}-bert")
    BertModel(config).save_pretrained(bert)
    BertTokenizerFast(vocab={word: i for i, word in enumerate(VOCABULARY)}).save_pretrained(bert)
    modules = [Transformer(str(bert), max_seq_length=400), Pooling(DIMENSION, pooling)]
    if dense:
        modules.append(Dense(DIMENSION, dense))
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder
