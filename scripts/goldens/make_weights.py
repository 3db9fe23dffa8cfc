"""Make src/test/resources/weights: tiny files of weights in every form that
PyTorch and safetensors have written, and what they hold.

    python make_weights.py [--out FOLDER]

Every folder has the files of one checkpoint and expected.json: name of each
tensor -> [shape, numbers]. Folders below refused/ hold what must be refused.
"""

import argparse
import collections
import io
import json
import os
import pickle
import shutil
import struct
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

REPOSITORY = Path(__file__).resolve().parents[2]
OUT = REPOSITORY / "juxta-core/src/test/resources/weights"
MAGIC = 0x1950a86a20f9469cfc6c


def tensors():
    """Tensors of every type and layout that a state_dict can have."""
    generator = torch.Generator().manual_seed(0)

    def random(*shape):
        return torch.randn(*shape, generator=generator)

    whole = random(4, 6)
    tied = random(3, 2)
    state = collections.OrderedDict()
    state["fp32"] = random(2, 3)
    state["fp16"] = random(5).half()
    state["bf16"] = random(2, 2, 2).bfloat16()
    state["fp64"] = random(3).double()
    state["transposed"] = random(2, 5).T
    state["rows"] = whole[1:3]          # the same storage, other offsets
    state["columns"] = whole[:, 2:5]
    state["every_other"] = whole[::2, ::3]
    state["permuted.fp16"] = random(2, 3, 4).half().permute(2, 0, 1)
    state["tied.a"] = tied
    state["tied.b"] = tied
    state["parameter"] = torch.nn.Parameter(random(2))
    state["scalar"] = random(1)[0].clone()
    state["empty"] = torch.zeros(0, 4)
    state["one"] = random(1, 1, 3)
    state["position_ids"] = torch.arange(5)
    state["mask"] = torch.tensor([True, False])
    return state


def expected(state):
    return {name: [list(tensor.shape),
                   tensor.detach().float().reshape(-1).tolist()]
            for name, tensor in state.items() if tensor.is_floating_point()}


def write(folder, state, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    text = json.dumps(expected(state), indent=1)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def legacy(value, **options):
    return saved(value, _use_new_zipfile_serialization=False, **options)


def big_endian(content, state):
    """The same archive as a big-endian machine writes it."""
    width = {}
    for tensor in state.values():
        width[tensor.untyped_storage()._cdata] = tensor.element_size()
    widths = list(width.values())       # keys are numbered in this order
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, \
            zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            record = old.read(name)
            parts = name.split("/")
            if name.endswith("byteorder"):
                record = b"big"
            elif parts[-2] == "data":
                size = widths[int(parts[-1])]
                record = b"".join(record[i:i + size][::-1]
                                  for i in range(0, len(record), size))
            new.writestr(zipfile.ZipInfo(name), record)
    return result.getvalue()


class View:
    """A storage that sees a part of another, as files before 0.4 have it."""

    def __init__(self, key, count, start, seen):
        self.id = ("storage", torch.FloatStorage, key, "cpu", count,
                   (key + "-view", start, seen))


class Rebuilt:
    def __init__(self, storage, offset, size, stride):
        self.arguments = (storage, offset, size, stride)

    def __reduce__(self):
        return torch._utils._rebuild_tensor, self.arguments


def views():
    """A file with storage views, and its state."""
    numbers = torch.arange(10, dtype=torch.float32)
    state = {"early": numbers[2:6].view(2, 2), "late": numbers[7:10]}
    buffer = io.BytesIO()

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return value.id if isinstance(value, View) else None

    pickle.dump(MAGIC, buffer, 2)
    pickle.dump(1001, buffer, 2)
    pickle.dump({"little_endian": True}, buffer, 2)
    Pickler(buffer, 2).dump({
        "early": Rebuilt(View("7", 10, 2, 5), 0, (2, 2), (2, 1)),
        "late": Rebuilt(View("7", 10, 6, 4), 1, (3,), (1,)),
    })
    pickle.dump(["7"], buffer, 2)
    buffer.write(struct.pack("<q", 10))
    buffer.write(numbers.numpy().tobytes())
    return buffer.getvalue(), state


def shards(state, ending, write_shard):
    """Two shards and their index."""
    names = list(state)
    halves = [names[:len(names) // 2], names[len(names) // 2:]]
    files, weight_map = {}, {}
    stem = "model" if ending == "safetensors" else "pytorch_model"
    for i, half in enumerate(halves):
        file = f"{stem}-{i + 1:05}-of-00002.{ending}"
        files[file] = write_shard({name: state[name] for name in half})
        weight_map.update(dict.fromkeys(half, file))
    index = {"metadata": {"total_size": 0}, "weight_map": weight_map}
    files[f"{stem}.{ending}.index.json"] = (
        json.dumps(index, indent=1) + "\n").encode()
    return files


def safetensors(state, scratch):
    contiguous = {name: tensor.detach().clone().contiguous()
                  for name, tensor in state.items()}
    save_file(contiguous, scratch)
    content = scratch.read_bytes()
    scratch.unlink()
    return content


class Run:
    """A pickle that runs a command where it is loaded."""

    def __reduce__(self):
        return os.system, ("true",)


def compressed(content):
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, \
            zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name),
                         zipfile.ZIP_DEFLATED)
    return result.getvalue()


def script():
    buffer = io.BytesIO()
    module = torch.jit.script(torch.nn.Linear(2, 1))
    torch.jit.save(module, buffer)
    return buffer.getvalue()


def refused():
    """Name of each file that must be refused, and its content."""
    plain = {"a": torch.ones(2)}
    yield "code-zip", saved({"a": torch.ones(2), "b": Run()})
    yield "code-legacy", legacy({"a": torch.ones(2), "b": Run()})
    yield "module", saved(torch.nn.Linear(1, 1))
    yield "nested", saved({"state_dict": plain, "epoch": 3})
    yield "nested-legacy", legacy({"state_dict": plain, "epoch": 3})
    yield "list", saved([torch.ones(2)])
    yield "complex", saved({"a": torch.ones(2, dtype=torch.complex64)})
    yield "sparse", saved({"a": torch.eye(2).to_sparse()})
    yield "expanded", saved({"a": torch.ones(1, 1).expand(4096, 4096)})
    yield "compressed", compressed(saved(plain))
    yield "script", script()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    state = tensors()
    scratch = out / "scratch"

    def shard(part):
        return safetensors(part, scratch)

    write(out / "zip", state, {"pytorch_model.bin": saved(state)})
    write(out / "zip-protocol-4", state,
          {"pytorch_model.bin": saved(state, pickle_protocol=4)})
    write(out / "zip-big-endian", state,
          {"pytorch_model.bin": big_endian(saved(state), state)})
    write(out / "legacy", state, {"pytorch_model.bin": legacy(state)})
    content, seen = views()
    write(out / "legacy-views", seen, {"pytorch_model.bin": content})
    write(out / "zip-shards", state, shards(state, "bin", saved))
    write(out / "safetensors", state, {"model.safetensors": shard(state)})
    write(out / "safetensors-shards", state,
          shards(state, "safetensors", shard))
    for name, content in refused():
        (out / "refused").mkdir(exist_ok=True)
        (out / "refused" / f"{name}.bin").write_bytes(content)
    for file in sorted(out.glob("*/pytorch_model.bin")):
        if file.parent.name != "legacy-views":
            check(file, state)


def check(file, state):
    """PyTorch itself must read what is kept here."""
    loaded = torch.load(file, weights_only=False)   # protocol 4: we wrote it
    for name, tensor in state.items():
        assert torch.equal(loaded[name], tensor), (file, name)


if __name__ == "__main__":
    main()
