"""Training: adapters on frozen weights, by comparing all sentences that a question could be answered from."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from torch.nn import functional

from benchmarks.reader.batches import Batch, Visit, epoch, tensors
from benchmarks.reader.examples import Example
from benchmarks.reader.network import adapted, adapter
from index.progress import Progress, silent
from qa.reading.compiled import END, RELEVANCE, START
from qa.reading.network import base
from qa.reading.pairing import Pairing

SEED = 11
CHUNK = 8
"""Pairs of like length that share a forward pass."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides a training run, with the seed.

    ``rates`` are ``(step, share of rate)``, even in between; ``kept_every`` is the steps between two checkpoints.
    """

    layers: int = 6
    rank: int = 32
    steps: int = 2800
    rate: float = 8e-4
    rates: tuple[tuple[int, float], ...] = ((0, 0.0), (180, 1.0), (2000, 0.75405), (2800, 0.0))
    passage_weight: float = 0.5
    span_weight: float = 0.5
    kept_every: int = 100


def train(
    examples: Sequence[Example], model: Path, work: Path, plan: Plan, *, progress: Progress = silent
) -> dict[str, torch.Tensor]:
    """Train on ``examples`` and return the adapter; run again, it goes on from the last checkpoint in ``work``."""
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    batches = _batches(examples, Pairing.of(model / "tokenizer.json"), plan.steps)
    network = adapted(base(model, plan.layers), plan.rank).to(device).train()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, plan.rates))
    state = _State(network, optimiser, schedule, work / f"checkpoint-{plan.layers}.pt")
    recent: deque[float] = deque(maxlen=100)
    for step in range(state.load(), plan.steps):
        loss = _loss(network, batches[step], plan, device)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        recent.append(float(loss.detach()))
        if (step + 1) % plan.kept_every == 0:
            state.save(step + 1)
        progress(f"Training, loss {fmean(recent):.3f}", step + 1, plan.steps)
    return adapter(network)


def _batches(examples: Sequence[Example], pairing: Pairing, count: int) -> list[Batch]:
    """The first ``count`` batches of as many epochs as that takes."""
    found: list[Batch] = []
    while len(found) < count:
        found += epoch(examples, pairing, SEED + len(found))
    return found[:count]


def _rate(step: int, rates: Sequence[tuple[int, float]]) -> float:
    """The share of the highest rate: even between the steps that the plan names."""
    steps, shares = zip(*rates, strict=True)
    return float(np.interp(step, steps, shares))


def _loss(network: torch.nn.Module, batch: Batch, plan: Plan, device: torch.device) -> torch.Tensor:
    """The mean over the batch's questions."""
    outputs = _outputs(network, batch, device)
    by_question: dict[int, list[tuple[Visit, torch.Tensor]]] = defaultdict(list)
    for visit, output in zip(batch, outputs, strict=True):
        by_question[visit.question].append((visit, output))
    return torch.stack([_question_loss(read, plan) for read in by_question.values()]).mean()


def _outputs(network: torch.nn.Module, batch: Batch, device: torch.device) -> list[torch.Tensor]:
    """``(tokens, 3)`` for each pair, pairs of like length read together."""
    order = sorted(range(len(batch)), key=lambda i: len(batch[i].pair.ids))
    outputs: dict[int, torch.Tensor] = {}
    for begin in range(0, len(order), CHUNK):
        rows = order[begin : begin + CHUNK]
        ids, mask, types = tensors([batch[i].pair for i in rows])
        with torch.autocast(device.type, dtype=torch.bfloat16):
            found = network(ids.to(device), types.to(device), mask.to(device)).float()
        for row, i in enumerate(rows):
            outputs[i] = found[row, : len(batch[i].pair.ids)]
    return [outputs[i] for i in range(len(batch))]


def _question_loss(read: Sequence[tuple[Visit, torch.Tensor]], plan: Plan) -> torch.Tensor:
    """Cross-entropy over all its sentences and "none of them", the same for each passage, and the span's."""
    relevances = [relevance(visit, output) for visit, output in read]
    golds = [sorted(visit.gold) for visit, _ in read]
    passages = [_none_or(rel, gold) for rel, gold in zip(relevances, golds, strict=True)]
    offsets, total = [], 0
    for one in relevances:
        offsets.append(total)
        total += len(one)
    together = _none_or(
        torch.cat(relevances), [o + i for o, gold in zip(offsets, golds, strict=True) for i in gold]
    )
    spans = [_span_loss(visit, output) for visit, output in read if visit.starts]
    loss = together + plan.passage_weight * torch.stack(passages).mean()
    return loss + plan.span_weight * torch.stack(spans).mean() if spans else loss


def relevance(visit: Visit, output: torch.Tensor) -> torch.Tensor:
    """``(sentences,)``: the mean share of each sentence's tokens, plus that of the first token for the passage."""
    owner = torch.from_numpy(visit.pair.owner).to(output.device)
    count = int(owner.max()) + 1
    shares = output[:, RELEVANCE]
    sums = torch.zeros(count, device=output.device).index_add(0, owner.clamp(min=0), shares * (owner >= 0))
    sizes = torch.zeros(count, device=output.device).index_add(0, owner.clamp(min=0), (owner >= 0).float())
    return sums / sizes.clamp(min=1) + shares[0]


def _none_or(relevances: torch.Tensor, gold: Sequence[int]) -> torch.Tensor:
    """-log of the share that the gold sentences have, or "none", whose logit is 0, where there are none."""
    everything = torch.cat([relevances, relevances.new_zeros(1)])
    wanted = everything[list(gold)] if gold else everything[-1:]
    return torch.logsumexp(everything, 0) - torch.logsumexp(wanted, 0)


def _span_loss(visit: Visit, output: torch.Tensor) -> torch.Tensor:
    inside = torch.from_numpy(visit.pair.owner >= 0).to(output.device)
    losses = []
    for column, places in ((START, visit.starts), (END, visit.ends)):
        logs = functional.log_softmax(output[:, column].masked_fill(~inside, -1e9), dim=0)
        losses.append(-torch.logsumexp(logs[sorted(set(places))], 0))
    return torch.stack(losses).mean()


@dataclass(frozen=True, slots=True)
class _State:
    """What a restarted run needs."""

    network: torch.nn.Module
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LambdaLR
    path: Path

    def load(self) -> int:
        """The steps already done; 0 where there is no checkpoint."""
        if not self.path.is_file():
            return 0
        record = torch.load(self.path, weights_only=True)
        self.network.load_state_dict(record["network"])
        self.optimiser.load_state_dict(record["optimiser"])
        self.schedule.load_state_dict(record["schedule"])
        torch.set_rng_state(record["random"])
        return int(record["step"])

    def save(self, step: int) -> None:
        """Keep everything, or what was kept before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        record = {
            "step": step,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "random": torch.get_rng_state(),
        }
        torch.save(record, partial)
        partial.rename(self.path)
