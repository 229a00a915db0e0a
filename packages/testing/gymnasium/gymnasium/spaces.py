import numpy


class Box:
    def __init__(self, low, high, shape, kind):
        self.shape, self.dtype = tuple(shape), numpy.dtype(kind)
        self.low, self.high = (numpy.ndarray(bound, shape, "float64") for bound in (low, high))

    def first(self):
        return numpy.ndarray([max(self.low.flat[i], 0) for i in range(self.low.size)], self.shape, "float64").astype(self.dtype)


class Discrete:
    def __init__(self, n, start=0):
        self.n, self.start = n, start

    def first(self):
        return self.start


class MultiDiscrete:
    def __init__(self, nvec):
        self.shape, self.dtype = (len(nvec),), numpy.dtype("int64")
        self.nvec = numpy.ndarray(nvec, self.shape, "int64")

    def first(self):
        return [0] * self.shape[0]


class MultiBinary:
    def __init__(self, n):
        self.shape, self.dtype = (n,), numpy.dtype("int8")

    def first(self):
        return [0] * self.shape[0]


class Text:
    def __init__(self, most, characters):
        self.min_length, self.max_length, self.character_set = 1, most, frozenset(characters)

    def first(self):
        return min(self.character_set)


class Words:
    """A space of texts that is no Text, such as MiniGrid's missions."""

    def sample(self):
        return "go"

    def first(self):
        return "go"


class Graph:
    def sample(self):
        return None


class Dict:
    def __init__(self, **spaces):
        self.spaces = spaces

    def first(self):
        return {name: one.first() for name, one in self.spaces.items()}


class Tuple:
    def __init__(self, *spaces):
        self.spaces = spaces

    def first(self):
        return tuple(one.first() for one in self.spaces)


def made(about):
    """A space from its name and arguments; those of Dict and Tuple are made the same way."""
    name, given = about
    if name == "Dict":
        return Dict(**{key: made(one) for key, one in given.items()})
    if name == "Tuple":
        return Tuple(*[made(one) for one in given])
    return globals()[name](*given)
