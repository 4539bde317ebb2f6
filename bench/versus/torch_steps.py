"""The training steps and the clip of bench/Ballast.Benchmarks in PyTorch, timed the same way.

Prints one JSON object a line: {"name": ..., "milliseconds": ..., "fastest": ...}, the median of the timed runs and the fastest.
Needs Debian's python3-torch (or any PyTorch from 1.13 on). Usage: torch_steps.py NAME...;
THREADS says how many threads, 2 unless set.
"""
import json
import os
import statistics
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(os.environ.get("THREADS", "2")))
BATCH = 100
WARM_UP_SECONDS = 1
SECONDS = 3


class LastStepLstm(nn.Module):
    """An LSTM over the rows of an image, its last output through a dense layer. PyTorch's has two bias vectors where others have one."""

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(28, 128, batch_first=True)
        self.dense = nn.Linear(128, 10)

    def forward(self, x):
        return self.dense(self.cell(x)[0][:, -1])


def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)), (BATCH, 784)


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10)), (BATCH, 1, 28, 28)


def lstm():
    return LastStepLstm(), (BATCH, 28, 28)


MODELS = {"lstm": lstm, "mlp": mlp, "cnn": cnn}


def step_of(model_name, clipped):
    model, shape = MODELS[model_name]()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    x, labels = torch.rand(shape), torch.randint(0, 10, (BATCH,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        if clipped:
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        return loss.item()

    return step


def span_clip():
    """25 M numbers in 41 tensors; the bound is just below the norm: every run scales, and thousands leave normal numbers."""
    parameters = [nn.Parameter(torch.zeros(25_000_000 // 41)) for _ in range(41)]
    for p in parameters:
        p.grad = 2 * torch.rand_like(p) - 1

    def clip():
        norm = float(nn.utils.clip_grad_norm_(parameters, clip.bound))
        clip.bound = 0.999 * min(norm, clip.bound)
        return norm

    clip.bound = 2000.0
    return clip


def milliseconds(run, seconds):
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def main(names):
    torch.manual_seed(1914)
    for name in names:
        if name == "clip":
            run = span_clip()
        else:
            model, kind = name.split("-")
            run = step_of(model, kind == "clipped")
        milliseconds(run, WARM_UP_SECONDS)
        times = milliseconds(run, SECONDS)
        print(json.dumps({"name": name, "milliseconds": statistics.median(times), "fastest": min(times)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["clip"] + [f"{m}-{k}" for m in MODELS for k in ("unclipped", "clipped")])
