"""The reader as a torch module: MiniLM with three numbers for each token."""

from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel


class ReaderNetwork(torch.nn.Module):
    """An encoder and one linear layer on its last hidden state."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(encoder.config.hidden_size, 3)

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Token ids and types, and where there is padding its mask, each ``(batch, tokens)`` int64.

        Returns:
            ``(batch, tokens, 3)`` float32.
        """
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        return cast("torch.Tensor", self.head(states.float()))


def base(folder: Path, layers: int) -> ReaderNetwork:
    """The first ``layers`` layers of the model in ``folder``, with a head that knows nothing yet."""
    config = BertConfig.from_pretrained(folder, attn_implementation="eager")
    encoder = BertModel(config, add_pooling_layer=False)
    weights = load_file(folder / "model.safetensors")
    encoder.load_state_dict({name: weights[name] for name in encoder.state_dict()})
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    encoder.config.num_hidden_layers = layers
    network = ReaderNetwork(encoder)
    torch.nn.init.zeros_(network.head.bias)
    return network
