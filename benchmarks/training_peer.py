"""training_peer.py: the same step of training in PyTorch, for benchmarks/training.cpp, which starts this program.

Commands on stdin: `load FILE THREADS` (a description as tests/train/describe.hpp writes it; answers with the version) and
`step` (answers with milliseconds forward, of the losses, backward and of the optimiser, and the peak memory in MiB)."""
import json
import pathlib
import re
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'train'))
sys.dont_write_bytecode = True
from torch_picodet import Network, losses, task_aligned  # noqa: E402


def peak():
    # Not getrusage, whose peak is that of the program that was forked.
    status = pathlib.Path('/proc/self/status').read_text()
    return int(re.search(r'VmHWM:\s*(\d+)', status)[1]) / 1024


def load(path, threads):
    torch.set_num_threads(threads)
    with open(path) as file:
        d = json.load(file)
    net = Network(d, torch.float32)
    leaves = [leaf for _, leaf in net.leaves]
    optimiser = torch.optim.SGD(leaves, lr=0.01, momentum=0.9, weight_decay=4e-5)
    h, w, c = d['nodes'][0]['shape']
    return d, net, leaves, optimiser, torch.rand(len(d['labels']), c, h, w)


def step(d, net, leaves, optimiser, pictures):
    times = [time.perf_counter()]
    optimiser.zero_grad(set_to_none=True)
    maps = net(pictures)
    times.append(time.perf_counter())
    loss = sum(losses(d, maps, task_aligned)[0].values())
    times.append(time.perf_counter())
    loss.backward()
    times.append(time.perf_counter())
    torch.nn.utils.clip_grad_norm_(leaves, 35)
    optimiser.step()
    times.append(time.perf_counter())
    return [(b - a) * 1e3 for a, b in zip(times, times[1:])]


for line in sys.stdin:
    command, *words = line.split()
    if command == 'load':
        state = load(words[0], int(words[1]))
        before = peak()
        print('PyTorch', torch.__version__, flush=True)
    else:
        print(*step(*state), peak() - before, flush=True)
