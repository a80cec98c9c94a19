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

TOLERANCE = 1e-4


def activate(x, how):
    name, a, b = how['function'], how['a'], how['b']
    if name == 'clip':
        return x.clamp(min=a, max=b)  # no upper bound: null
    if name == 'sigmoid':
        return torch.sigmoid(x)
    if name == 'hard_sigmoid':
        return (a * x + b).clamp(0, 1)
    assert name == 'none', name
    return x


class Network:
    """The described network on a batch [N,C,H,W], in double."""

    def __init__(self, d):
        self.d = d
        self.leaves, self.statistics = [], {}
        ranges = iter(d['ranges'])
        values = torch.tensor(d['values'], dtype=torch.float64)

        def take(role, node):
            r = next(ranges)
            assert r['role'] == role and r['name'] == node['name'], (r, role, node['name'])
            return r, values[r['first']:r['first'] + r['count']].clone()

        def learn(role, node, shape=None):
            r, x = take(role, node)
            # [OC,KH,KW,IC/G] here, [OC,IC/G,KH,KW] there
            x = x.reshape(shape).permute(0, 3, 1, 2).contiguous() if shape else x
            x.requires_grad_()
            self.leaves.append((r, x))
            return x

        self.parameters = {}
        for node in d['nodes']:
            if node['operation'] != 'conv2d':
                continue
            own = [learn('weight', node, node['weights'])]
            if node['normalised']:
                own += [learn('norm', node), learn('norm', node)]
                self.statistics[node['name']] = [take('statistic', node)[0], take('statistic', node)[0]]
            else:
                own += [learn('bias', node)]
            self.parameters[node['name']] = own
        assert next(ranges, None) is None

    def __call__(self, x):
        maps, self.seen = [], {}
        for node in self.d['nodes']:
            inputs = [maps[i] for i in node['inputs']]
            maps.append(x if not inputs else self.run(node, inputs))
            assert list(maps[-1].shape[1:]) == [node['shape'][2]] + node['shape'][:2], node['name']
        return maps

    def run(self, node, inputs):
        what = node['operation']
        if what == 'conv2d':
            weights, *rest = self.parameters[node['name']]
            bias = None if node['normalised'] else rest[0]
            y = torch.nn.functional.conv2d(inputs[0], weights, bias, node['stride'], node['pad'], 1, node['groups'])
            if node['normalised']:
                self.seen[node['name']] = [y.mean((0, 2, 3)).detach(), y.var((0, 2, 3), unbiased=False).detach()]
                y = torch.nn.functional.batch_norm(y, None, None, rest[0], rest[1], training=True, eps=1e-5)
            return activate(y, node['activation'])
        if what == 'add':
            return inputs[0] + inputs[1]
        if what == 'multiply':
            return inputs[0] * inputs[1]
        if what == 'concat':
            return torch.cat(inputs, 1)
        if what == 'resize_nearest':
            return torch.nn.functional.interpolate(inputs[0], scale_factor=node['factor'], mode='nearest')
        assert what == 'global_average_pool', what
        return inputs[0].mean((2, 3), keepdim=True)


def read_heads(d, maps):
    """scores [N,A,K], distributions [N,A,4,bins], boxes in pixels [N,A,4], centres [A,2] and strides [A]."""
    scores, logits, centres, strides = [], [], [], []
    for h in d['heads']:
        p = torch.sqrt(maps[h['scores']] * maps[h['quality']] + 1e-9)
        n, _, height, width = p.shape
        scores.append(p.flatten(2).transpose(1, 2))
        logits.append(maps[h['distances']].flatten(2).transpose(1, 2).reshape(n, height * width, 4, -1))
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
        centres.append((torch.stack([x, y], -1).reshape(-1, 2).double() + 0.5) * h['stride'])
        strides.append(torch.full((height * width,), h['stride'], dtype=torch.float64))
    scores, logits, centres, strides = torch.cat(scores, 1), torch.cat(logits, 1), torch.cat(centres), torch.cat(strides)
    distances = torch.softmax(logits, -1) @ torch.tensor(d['projection'], dtype=torch.float64) * strides[:, None]
    boxes = torch.cat([centres - distances[..., :2], centres + distances[..., 2:]], -1)
    return scores, logits, boxes, centres, strides


def areas(b):
    return (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])


def intersection(a, b):
    size = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    return size[..., 0] * size[..., 1]


def iou(a, b):
    both = intersection(a, b)
    return both / (areas(a) + areas(b) - both + 1e-9)


def settle(positive, ious):
    """A cell that several objects want [G,A] goes to the one that it overlaps most: one object per cell, or -1."""
    best = torch.zeros_like(positive)
    best[ious.argmax(0), torch.arange(ious.shape[1])] = True
    positive = torch.where(positive.sum(0) > 1, best, positive)
    return positive, torch.where(positive.any(0), positive.int().argmax(0), torch.tensor(-1))


def inside(centres, objects):
    c, b = centres[None], objects[:, None]
    return torch.cat([c - b[..., :2], b[..., 2:] - c], -1).min(-1).values > 1e-9


def task_aligned(scores, boxes, centres, strides, objects, labels):
    ious = iou(boxes[None], objects[:, None])
    metric = scores[:, labels].T * ious ** 6
    possible = inside(centres, objects)
    chosen = torch.zeros_like(possible)
    chosen.scatter_(1, (metric * possible).topk(13, 1).indices, True)
    positive, owner = settle(chosen & possible, ious)
    metric = metric * positive
    best = (ious * positive).max(1, keepdim=True).values
    return owner, (metric / (metric.max(1, keepdim=True).values + 1e-9) * best).max(0).values


def adaptive_selection(scores, boxes, centres, strides, objects, labels):
    half = 2.5 * strides[:, None]
    ious = iou(torch.cat([centres - half, centres + half], -1)[None], objects[:, None])
    middles = (objects[:, :2] + objects[:, 2:]) / 2
    distance = (middles[:, None] - centres[None]).norm(dim=-1)
    near = torch.zeros_like(ious, dtype=torch.bool)
    for stride in strides.unique():
        level = torch.nonzero(strides == stride)[:, 0]
        for g in range(len(objects)):
            order = sorted(level.tolist(), key=lambda i: (round(distance[g, i].item(), 9), i))
            near[g, order[:9]] = True
    sure = torch.stack([i[n].mean() + i[n].std() for i, n in zip(ious, near)])
    positive, owner = settle(near & (ious > sure[:, None]) & inside(centres, objects), ious)
    return owner, (iou(boxes[None], objects[:, None]) * positive).max(0).values


def step(d, assign):
    """(loss, its three parts, network with gradients, owner of every cell)"""
    net = Network(d)
    pictures = torch.tensor(d['pictures'], dtype=torch.float64)
    h, w, c = d['nodes'][0]['shape']
    maps = net(pictures.reshape(-1, h, w, c).permute(0, 3, 1, 2))
    scores, logits, boxes, centres, strides = read_heads(d, maps)
    targets, owners = torch.zeros_like(scores), []
    parts = {'varifocal': 0, 'distribution focal': 0, 'GIoU': 0}
    for i, objects in enumerate(d['labels']):
        if not objects:
            owners.append(torch.full((len(centres),), -1))
            continue
        edges = torch.tensor([o[:4] for o in objects], dtype=torch.float64)
        labels = torch.tensor([o[4] for o in objects])
        with torch.no_grad():
            owner, target = assign(scores[i], boxes[i], centres, strides, edges, labels)
        owners.append(owner)
        at = torch.nonzero(owner >= 0)[:, 0]
        targets[i, at, labels[owner[at]]] = target[at]
        truth, weight = edges[owner[at]], target[at]
        middle, stride = centres[at], strides[at, None]

        wanted = torch.cat([middle - truth[:, :2], truth[:, 2:] - middle], -1) / stride
        wanted = wanted.clamp(0, logits.shape[-1] - 1 - 0.1)
        low = wanted.floor().long()
        entropy = -torch.log_softmax(logits[i, at], -1)
        pick = lambda k: entropy.gather(-1, k[..., None])[..., 0]
        dfl = pick(low) * (low + 1 - wanted) + pick(low + 1) * (wanted - low)
        parts['distribution focal'] += (dfl * weight[:, None]).sum() / 4

        a, b = boxes[i, at] / stride, truth / stride
        both = intersection(a, b)
        union = areas(a) + areas(b) - both + 1e-10
        around = torch.cat([torch.minimum(a[:, :2], b[:, :2]), torch.maximum(a[:, 2:], b[:, 2:])], -1)
        around = areas(around) + 1e-10
        parts['GIoU'] += ((1 - both / union + (around - union) / around) * weight).sum()
    weight = torch.where(targets > 0, targets, 0.75 * scores ** 2)
    entropy = -(targets * scores.log() + (1 - targets) * (1 - scores).log())
    parts['varifocal'] = (weight * entropy).sum()
    by = max(targets.sum().item(), 1)
    parts = {name: factor * parts[name] / by
             for name, factor in (('varifocal', 1), ('distribution focal', 0.5), ('GIoU', 2.5))}
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
