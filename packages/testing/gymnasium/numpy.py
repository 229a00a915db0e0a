"""As much of NumPy as the bridge uses, so that its tests need no package."""

import array as arrays
import math

_codes = {
    "uint8": "B", "int8": "b", "uint16": "H", "int16": "h", "uint32": "I", "int32": "i", "int64": "q", "uint64": "Q",
    "float32": "f", "float64": "d", "bool": "B",
}  # fmt: skip


class dtype:
    def __init__(self, name):
        self.name = name if isinstance(name, str) else name.name
        self.itemsize = arrays.array(_codes[self.name]).itemsize


class ndarray:
    def __init__(self, numbers, shape, kind):
        self.dtype = dtype(kind)
        convert = float if self.dtype.name.startswith("float") else int
        self.flat = arrays.array(_codes[self.dtype.name], [convert(number) for number in numbers])
        self.shape, self.size = tuple(shape), len(self.flat)
        assert self.size == math.prod(self.shape)

    def ravel(self):
        return ndarray(self.flat, [self.size], self.dtype)

    def tolist(self):
        return self.flat.tolist()

    def tobytes(self):
        return self.flat.tobytes()

    def reshape(self, shape):
        return ndarray(self.flat, shape, self.dtype)

    def astype(self, kind):
        return ndarray(self.flat, self.shape, kind)


def ascontiguousarray(value, dtype):
    if isinstance(value, ndarray):
        return value.astype(dtype)
    return ndarray(value, [len(value)], dtype)


def frombuffer(data, kind, count, offset):
    found = arrays.array(_codes[kind])
    found.frombytes(data[offset : offset + count * found.itemsize])
    return ndarray(found, [count], kind)


int64 = int
