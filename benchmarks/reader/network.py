"""The reader's network with low-rank adapters over frozen weights (Hu et al. 2021, arXiv:2106.09685)."""

import math

import torch
from torch.nn import functional

from qa.reading.network import ReaderNetwork

RANK = 32
SCALE = 2.0


class Adapted(torch.nn.Module):
    """A frozen linear layer, plus ``SCALE`` times the product of two narrow matrices that are trained."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, frozen: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", frozen.weight.detach().to(torch.bfloat16), persistent=False)
        self.register_buffer("bias", frozen.bias.detach().to(torch.bfloat16), persistent=False)
        self.down = torch.nn.Parameter(torch.empty(rank, frozen.in_features))
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, rank))
        torch.nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """``(…, in) -> (…, out)``, bfloat16."""
        narrow = functional.linear(inputs, self.down.to(inputs.dtype))
        wide = functional.linear(narrow, (SCALE * self.up).to(inputs.dtype))
        return functional.linear(inputs, self.weight, self.bias) + wide


def adapted(network: ReaderNetwork, rank: int = RANK) -> ReaderNetwork:
    """The same network with every linear layer of its encoder adapted; all else but the head is frozen."""
    network.encoder.requires_grad_(False)
    torch.nn.Module.to(network.encoder, torch.bfloat16)
    for layer in network.encoder.encoder.layer:
        for name, module in list(layer.named_modules()):
            if isinstance(module, torch.nn.Linear):
                parent, _, own = name.rpartition(".")
                setattr(layer.get_submodule(parent), own, Adapted(module, rank))
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    return network


def adapter(network: ReaderNetwork) -> dict[str, torch.Tensor]:
    """What was trained, as it is kept: narrow matrices as float16 with the scale in them, the head as float32."""
    kept: dict[str, torch.Tensor] = {}
    for name, module in network.encoder.named_modules():
        if isinstance(module, Adapted):
            kept[f"{name}.down"] = module.down.detach().to(torch.float16)
            kept[f"{name}.up"] = (SCALE * module.up.detach()).to(torch.float16)
    kept["head.weight"] = network.head.weight.detach().float()
    kept["head.bias"] = network.head.bias.detach().float()
    return {name: tensor.contiguous().cpu() for name, tensor in kept.items()}
