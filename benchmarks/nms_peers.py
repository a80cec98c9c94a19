"""nms_peers.py: other libraries' suppression of the same boxes, for benchmarks/nms.cpp, which starts this program.

Commands on stdin: `load FILE CLASSES` (records of 4 + 1 floats and an int32; answers with the names of the peers) and
`run PEER` (answers with milliseconds and the number of kept boxes). onnxruntime is the library that the environment
variable OCTET_ONNXRUNTIME names; torchvision and OpenCV are Debian's python3-torchvision and python3-opencv."""
import ctypes
import os
import sys
import time

import numpy as np

threshold = 0.6


class onnxruntime:
    """NonMaxSuppression through the C interface, a table of functions that only grows."""

    def __init__(self):
        library = ctypes.CDLL(os.environ['OCTET_ONNXRUNTIME'])
        library.OrtGetApiBase.restype = ctypes.POINTER(ctypes.c_void_p)
        get = ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint32)(library.OrtGetApiBase()[0])
        self.table = get(13)
        self.env, self.memory, self.loaded = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        options, model = ctypes.c_void_p(), self.model()
        self.call(3, 3, b'nms', ctypes.byref(self.env))
        self.call(69, 0, 0, ctypes.byref(self.memory))
        self.call(10, ctypes.byref(options))
        self.call(24, options, 1)
        self.call(8, self.env, model, ctypes.c_size_t(len(model)), options, ctypes.byref(self.loaded))

    def function(self, place, result=ctypes.c_void_p):
        return ctypes.CFUNCTYPE(result)(self.table[place])

    def call(self, place, *arguments):
        if status := self.function(place)(*arguments):
            raise RuntimeError(self.function(2, ctypes.c_char_p)(ctypes.c_void_p(status)).decode())

    @staticmethod
    def model():
        def field(number, value):
            if isinstance(value, int):
                return bytes([number << 3]) + varint(value)
            value = value.encode() if isinstance(value, str) else value
            return bytes([number << 3 | 2]) + varint(len(value)) + value

        def varint(value):
            return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)
        shape = lambda: field(2, b''.join(field(1, field(2, name)) for name in 'abc'))
        floats = lambda name: field(1, name) + field(2, field(1, field(1, 1) + shape()))
        tensor = lambda name, kind, raw: field(5, field(1, 1) + field(2, kind) + field(8, name) + field(9, raw))
        node = b''.join(field(1, name) for name in ('boxes', 'scores', 'most', 'overlap', 'least')) + field(2, 'kept')
        graph = (field(1, node + field(4, 'NonMaxSuppression')) + field(2, 'g') +
                 tensor('most', 7, np.int64(1 << 40).tobytes()) + tensor('overlap', 1, np.float32(threshold).tobytes()) +
                 tensor('least', 1, np.float32(0.01).tobytes()) + field(11, floats('boxes')) + field(11, floats('scores')) +
                 field(12, field(1, 'kept') + field(2, field(1, field(1, 7)))))
        return field(1, 8) + field(7, graph) + field(8, field(1, '') + field(2, 13))

    def tensor(self, array):
        value, shape = ctypes.c_void_p(), (ctypes.c_int64 * array.ndim)(*array.shape)
        self.call(49, self.memory, array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes), shape,
                  ctypes.c_size_t(array.ndim), 1, ctypes.byref(value))
        return value

    def load(self, boxes, scores, labels, classes):
        spread = np.zeros((1, classes, len(boxes)), np.float32)
        spread[0, labels if classes > 1 else 0, np.arange(len(boxes))] = scores
        self.arrays = np.ascontiguousarray(boxes[None]), spread
        self.inputs = (ctypes.c_void_p * 2)(*[self.tensor(array).value for array in self.arrays])
        self.names, self.output = (ctypes.c_char_p * 2)(b'boxes', b'scores'), (ctypes.c_char_p * 1)(b'kept')

    def run(self):
        kept, info, count = (ctypes.c_void_p * 1)(), ctypes.c_void_p(), ctypes.c_size_t()
        start = time.perf_counter()
        self.call(9, self.loaded, None, self.names, self.inputs, ctypes.c_size_t(2), self.output, ctypes.c_size_t(1), kept)
        milliseconds = (time.perf_counter() - start) * 1e3
        value = ctypes.c_void_p(kept[0])
        self.call(65, value, ctypes.byref(info))
        self.call(64, info, ctypes.byref(count))
        self.function(99)(info)
        self.function(96)(value)
        return milliseconds, count.value // 3


class torchvision:
    def __init__(self):
        import torch
        import torchvision
        torch.set_num_threads(1)
        self.torch, self.ops = torch, torchvision.ops

    def load(self, boxes, scores, labels, classes):
        self.arguments = [self.torch.from_numpy(x.copy()) for x in (boxes, scores, labels.astype(np.int64))]
        self.classes = classes

    def run(self):
        start = time.perf_counter()
        kept = (self.ops.nms(*self.arguments[:2], threshold) if self.classes == 1 else
                self.ops.batched_nms(*self.arguments, threshold))
        return (time.perf_counter() - start) * 1e3, len(kept)


class opencv:
    def __init__(self):
        import cv2
        cv2.setNumThreads(1)
        self.cv2 = cv2

    def load(self, boxes, scores, labels, classes):
        if classes > 1 and not hasattr(self.cv2.dnn, 'NMSBoxesBatched'):
            raise RuntimeError('has no suppression class by class')
        corners = boxes.copy()
        corners[:, 2:] -= corners[:, :2]
        self.arguments = [corners.tolist(), scores.tolist()] + ([labels.tolist()] if classes > 1 else [])
        self.suppress = self.cv2.dnn.NMSBoxesBatched if classes > 1 else self.cv2.dnn.NMSBoxes

    def run(self):
        start = time.perf_counter()
        kept = self.suppress(*self.arguments, 0.01, threshold)
        return (time.perf_counter() - start) * 1e3, len(kept)


peers = {}
for kind in (onnxruntime, torchvision, opencv):
    try:
        peers[kind.__name__] = kind()
    except Exception as problem:
        print(f'without {kind.__name__}: {type(problem).__name__} {problem}'.splitlines()[0], file=sys.stderr)
for line in sys.stdin:
    command, *words = line.split()
    if command == 'load':
        records = np.fromfile(words[0], dtype=[('box', '<f4', 4), ('score', '<f4'), ('label', '<i4')])
        ready = []
        for name, peer in peers.items():
            try:
                peer.load(np.ascontiguousarray(records['box']), np.ascontiguousarray(records['score']),
                          np.ascontiguousarray(records['label']), int(words[1]))
                ready.append(name)
            except RuntimeError:
                pass
        print(*ready, flush=True)
    else:
        print(*peers[words[0]].run(), flush=True)
