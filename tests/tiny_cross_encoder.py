"""A cross-encoder of one layer and random weights, saved as sentence-transformers does."""

from pathlib import Path

import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast
from transformers.utils.logging import disable_progress_bar

from tiny_model import VOCABULARY


def save(folder: Path, *, labels: int = 1) -> Path:
    """Save the model in ``folder``: a token is a letter; ``labels`` is how many scores a pair gets."""
    disable_progress_bar()
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=labels,
    )
    bert = folder.with_name(f"{folder.name}-bert")
    BertForSequenceClassification(config).save_pretrained(bert)
    BertTokenizerFast(vocab={word: i for i, word in enumerate(VOCABULARY)}).save_pretrained(bert)
    CrossEncoder(str(bert), device="cpu").save_pretrained(str(folder))
    return folder
