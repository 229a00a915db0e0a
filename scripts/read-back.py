# Reads what `throughline export` and `run --tensorboard` have written, by the programs that it is meant for.
#
#   python3 -m venv /tmp/read-back
#   /tmp/read-back/bin/pip install tensorboard safetensors pyarrow onnx onnxruntime numpy
#   /tmp/read-back/bin/python scripts/read-back.py RUN EXPORTED...
#
# RUN is a run's directory; each EXPORTED a folder of events, a .csv, a .parquet, an .onnx of the latest checkpoint, or a folder with a model.safetensors.
# What is read is compared with the run's metrics.jsonl and checkpoint; the first difference is an error.
import csv
import json
import struct
import sys
from pathlib import Path


def rows_of(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def events(run, folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    wanted = {}
    for row in rows_of(run):
        for name, value in row.items():
            if name not in ("loop", "step", "time") and not isinstance(value, str):
                wanted.setdefault(f"{row['loop']}/{name}", []).append((row["step"], float32(value)))
    found = {tag: [(e.step, e.value) for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}
    assert found == wanted, f"{folder}: the scalars differ"
    options = accumulator.Tensors("options")[0].tensor_proto.string_val[0].decode()
    assert options.startswith("| option | value |"), options
    return f"{sum(map(len, found.values()))} scalars of {len(found)} tags"


def table(run, columns, number):
    wanted = rows_of(run)
    length = len(next(iter(columns.values())))
    assert length == len(wanted), f"{length} rows rather than {len(wanted)}"
    for i, row in enumerate(wanted):
        found = {name: number(values[i]) for name, values in columns.items() if values[i] not in (None, "")}
        assert found == row, f"row {i}: {found} rather than {row}"
    return f"{length} rows of {len(columns)} columns"


def csv_file(run, path):
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)

    def number(text):
        try:
            return float(text)
        except ValueError:
            return text

    return table(run, {name: [row[i] for row in rows] for i, name in enumerate(names)}, number)


def parquet(run, path):
    import pyarrow.parquet

    return table(run, pyarrow.parquet.read_table(path).to_pydict(), lambda value: value)


def hugging_face(run, folder):
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text())
    said = config["throughline"]
    held = load_file(run / "checkpoints" / said["checkpoint"] / "tensors.safetensors")
    found = load_file(folder / "model.safetensors")
    prefix = f"{said['object']}."
    wanted = {name[len(prefix):]: tensor for name, tensor in held.items() if name.startswith(prefix)}
    assert found.keys() == wanted.keys(), f"{sorted(found)} rather than {sorted(wanted)}"
    for name, tensor in wanted.items():
        assert tensor.dtype == found[name].dtype and (tensor == found[name]).all(), name
    assert (folder / "README.md").read_text().startswith("---\nlibrary_name: throughline\n")
    return f"{len(found)} tensors"


def onnx_file(run, path):
    import numpy
    import onnx
    import onnxruntime
    from safetensors.numpy import load_file

    onnx.checker.check_model(str(path), full_check=True)
    graph = onnx.load(str(path)).graph
    newest = sorted((run / "checkpoints").glob("step-*"))[-1]
    held = load_file(newest / "tensors.safetensors")
    kept = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    weights = [name for name in kept if any(key.endswith(f".{name}") for key in held)]
    for name in weights:
        assert any(key.endswith(f".{name}") and numpy.array_equal(kept[name], held[key]) for key in held), name
    session = onnxruntime.InferenceSession(str(path))
    types = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(uint8)": "uint8"}
    sizes = {port.name: [3 if isinstance(size, str) else size for size in port.shape] for port in session.get_inputs()}
    given = {port.name: numpy.ones(sizes[port.name], types[port.type]) for port in session.get_inputs()}
    shapes = ", ".join(f"{port.name} {list(value.shape)}" for port, value in zip(session.get_outputs(), session.run(None, given)))
    return f"{len(graph.node)} nodes, {len(weights)} weights; of {sizes} it makes {shapes}"


def main():
    run, *exported = map(Path, sys.argv[1:])
    for path in exported:
        if path.is_dir():
            reader = hugging_face if (path / "model.safetensors").exists() else events
        else:
            reader = {".csv": csv_file, ".parquet": parquet, ".onnx": onnx_file}[path.suffix]
        print(f"{path}: {reader(run, path)}")


main()
