"""Arrays of text as NumPy writes them: python packages/torch/test/io/words/make.py (numpy 1 or 2)."""
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
arrays = {
    "words": np.array([["walk", "run"], ["é✓😀", ""]]),
    "big": np.array(["ab", "c"]).astype(">U2"),
    "columns": np.asfortranarray([["a", "b", "c"], ["d", "e", "f"]]),
    "bytes": np.array([b"no", b"yes"]),
    "numbers": np.arange(3.0),
}
np.savez(HERE / "stored.npz", **arrays)
np.savez_compressed(HERE / "deflated.npz", **arrays)
