"""PicoDet in PyTorch from the description that describe.hpp writes, with PaddleDetection's assigners and losses."""
import torch


def activate(x, how):
    name, a, b = how['function'], how['a'], how['b']
    if name == 'clip' and a == 0:
        return torch.relu(x) if b is None else torch.nn.functional.hardtanh(x, a, b)
    if name == 'sigmoid':
        return torch.sigmoid(x)
    if name == 'hard_sigmoid':
        return (a * x + b).clamp(0, 1)
    assert name == 'none', name
    return x


class Network:
    """The described network on a batch [N,C,H,W]. Norms take the statistics of the batch, which `seen` keeps if asked to."""

    def __init__(self, d, dtype, keep=False):
        self.d, self.keep = d, keep
        self.leaves, self.statistics = [], {}
        ranges = iter(d['ranges'])
        values = torch.tensor(d['values'], dtype=dtype)

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
                if self.keep:
                    self.seen[node['name']] = [y.detach().mean((0, 2, 3)), y.detach().var((0, 2, 3), unbiased=False)]
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
        centres.append((torch.stack([x, y], -1).reshape(-1, 2).to(p.dtype) + 0.5) * h['stride'])
        strides.append(torch.full((height * width,), h['stride'], dtype=p.dtype))
    scores, logits, centres, strides = torch.cat(scores, 1), torch.cat(logits, 1), torch.cat(centres), torch.cat(strides)
    distances = torch.softmax(logits, -1) @ torch.tensor(d['projection'], dtype=logits.dtype) * strides[:, None]
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


def losses(d, maps, assign):
    """The three losses of a batch, weighed and divided by the sum of the target scores; the owner of every cell."""
    scores, logits, boxes, centres, strides = read_heads(d, maps)
    targets, owners = torch.zeros_like(scores), []
    parts = {'varifocal': 0, 'distribution focal': 0, 'GIoU': 0}
    for i, objects in enumerate(d['labels']):
        if not objects:
            owners.append(torch.full((len(centres),), -1))
            continue
        edges = torch.tensor([o[:4] for o in objects], dtype=boxes.dtype)
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
    return parts, owners
