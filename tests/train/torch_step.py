"""One step of training equals PyTorch's: loss, statistics, and every gradient. Skipped where torch is not installed."""
import json
import math
import os
import pathlib
import subprocess
import sys

try:
    import torch
except ImportError:
    system = '/usr/bin/python3'  # Debian's python3-torch belongs to this one
    if 'OCTET_TORCH' not in os.environ and pathlib.Path(system).exists():
        os.environ['OCTET_TORCH'] = system
        os.execv(system, [system] + sys.argv)
    print("skipped: Python's torch is not installed (Debian: python3-torch)")
    sys.exit(77)

from torch_picodet import Network, adaptive_selection, losses, task_aligned

TOLERANCE = 1e-4


def step(d, assign):
    """(loss, its three parts, network with gradients, owner of every cell)"""
    net = Network(d, torch.float64, keep=True)
    pictures = torch.tensor(d['pictures'], dtype=torch.float64)
    h, w, c = d['nodes'][0]['shape']
    parts, owners = losses(d, net(pictures.reshape(-1, h, w, c).permute(0, 3, 1, 2)), assign)
    loss = sum(parts.values())
    loss.backward()
    return loss.item(), {k: v.item() for k, v in parts.items()}, net, owners


def ours(values, r, x):
    """A stretch of our vectors in torch's layout."""
    y = torch.tensor(values[r['first']:r['first'] + r['count']], dtype=torch.float64)
    if x.dim() == 4:
        oc, ic, kh, kw = x.shape
        y = y.reshape(oc, kh, kw, ic).permute(0, 3, 1, 2)
    return y


def compare(d, name, assign):
    failures = []
    loss, parts, net, owners = step(d, assign)
    got = d[name]
    for i, owner in enumerate(owners):
        if owner.tolist() != got['objects'][i]:
            cells = [(k, a, b) for k, (a, b) in enumerate(zip(owner.tolist(), got['objects'][i])) if a != b]
            failures.append(f'picture {i}: (cell, object in torch, object here) {cells}')
    if not math.isclose(loss, got['loss'], rel_tol=TOLERANCE):
        failures.append(f'loss {got["loss"]}, torch {loss}')
    if not all(value > 0.01 for value in parts.values()):
        failures.append(f'a loss is too small to be tested: {parts}')
    largest = max(x.grad.norm().item() for _, x in net.leaves)
    worst, negligible = (0, ''), 0
    for r, x in net.leaves:
        theirs, mine = x.grad, ours(got['gradient'], r, x)
        norm = theirs.norm().item()
        negligible += norm < 1e-6 * largest
        # Below 1e-6 of the largest norm, that is what counts as 1.
        by = max(norm, 1e-6 * largest)
        length, apart = abs(mine.norm().item() - norm) / by, (mine - theirs).norm().item() / by
        worst = max(worst, (apart, f'{r["name"]} ({r["role"]}, norm {norm:.3g})'))
        if max(length, apart) > TOLERANCE:
            failures.append(f'gradient of {r["name"]} ({r["role"]}): norm {mine.norm().item():.7g}, torch {norm:.7g}; '
                            f'distance {apart:.2g} of it')
    for node, ranges in net.statistics.items():
        for r, theirs in zip(ranges, net.seen[node]):
            mine = ours(got['followed'], r, theirs)
            if (mine - theirs).norm() > TOLERANCE * theirs.norm():
                failures.append(f'statistics of {node}: distance {(mine - theirs).norm():.3g} of {theirs.norm():.3g}')
    found = [[(o == g).sum().item() for g in range(len(l))] for o, l in zip(owners, d['labels'])]
    print(f'{name}: loss {got["loss"]:.7f}, torch {loss:.7f}; ' + ', '.join(f'{k} {v:.4f}' for k, v in parts.items()))
    print(f'  cells of each object {found}; {len(net.leaves)} ranges, {negligible} with norms below 1e-6 of the largest; '
          f'largest distance {worst[0]:.2g} of the norm: {worst[1]}')
    return [f'{name}: {f}' for f in failures]


def main():
    torch.set_num_threads(1)
    made = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True)
    d = json.loads(made.stdout)
    failures = compare(d, 'task_aligned', task_aligned) + compare(d, 'adaptive_selection', adaptive_selection)
    for f in failures[:40]:
        print(f, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
