#!/usr/bin/env python3
"""Writes corpus/, next to itself: a small valid file of every kind and variant that a reader takes, a folder a fuzz target.
A name that begins with refused_ is of a file that must be refused. Needs NumPy; pictures come from tests/data/io."""
import base64, io as iolib, json, os, shutil, struct, urllib.parse, zipfile, zlib
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
io = os.path.join(here, "..", "data", "io")
os.chdir(here)
for made in os.listdir("corpus"):
    if made != "checkpoint":  # left by `rankscope run deep_matrix --set rows=4 --set cols=3 ... --out`, stopped half-way
        shutil.rmtree(f"corpus/{made}")


def put(target, name, content):
    os.makedirs(f"corpus/{target}", exist_ok=True)
    with open(f"corpus/{target}/{name}", "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())


def golden(name):
    with open(os.path.join(io, name), "rb") as f:
        return f.read()


def compact(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


# --- npy, npz
refused = {"complex.npy", "dates.npy", "objects.npy", "records.npy", "text.npy"}
for name in sorted(os.listdir(io)):
    if name.endswith(".npy") and not name.endswith("_jpg.npy"):
        put("npy", ("refused_" if name in refused else "") + name, golden(name))
header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1073741824, 1073741824), }"
put("npy", "refused_2_to_60_numbers.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
put("npy", "refused_cut_short.npy", golden("f8.npy")[:-1])
for name in ("stored.npz", "deflated.npz", "single.npz"):
    put("npz", name, golden(name))
np.savez("corpus/npz/with_a_note.npz", a=np.arange(3.0))
with zipfile.ZipFile("corpus/npz/with_a_note.npz", "a") as z:
    z.writestr(zipfile.ZipInfo("note.txt"), "hello")
put("npz", "refused_cut_short.npz", golden("stored.npz")[:-1])

# --- tables
put("table", "comma.csv", "1,2,3\n4,5.5,-6e-3\n7,8,9e10\n")
put("table", "semicolon.csv", "a;b;c\n1,5;2;3\n4;;6\n")
put("table", "tab.tsv", "1\t2\n3\tNA\n")
put("table", "blanks.txt", "# a comment\n1 2  3\n 4 5 6\n\n")
put("table", "mark_crlf.csv", "\ufeffx,y\r\n1,2\r\n3,4\r\n")
put("table", "cr.csv", "1,2\r3,4\r")
put("table", "labels.csv", ",a,b\nr1,1,2\nr2,3,nan\n")
put("table", "pandas.csv", ",0,1\n0,1.5,2\n1,3,4\n")
put("table", "column.csv", "value\n1\n2\n?\n")
put("table", "ratings.csv", "user,item,rating,timestamp\nann,tea,5,880000000\nbob,\"green \"\"tea\"\"\",3.5,880000001\n\"de, la\",tea,,1\n")
put("table", "quoted_lines.csv", "row,col,value\n\"a\nb\",\"\",1\n".replace('""', '"#x"'))
put("table", "guessed.csv", "1,1,5\n1,2,3\n2,1,4\n2,2,1\n3,1,2\n")
put("table", "quoted_numbers.csv", '"1","2"\n"3","a""b"\n'.replace('a""b', '4') + '"5",""\n')
put("table", "words.tsv", "ann\ttea\t1\nbob\ttea\t2\nann\tcake\t3\n")
put("table", "whole_ids.csv", "row,col,value\n10,7,1\n1000000000,7,2\n9,8,-0\n")
put("table", "refused_ragged.csv", "1,2\n3\n4,5\n")
put("table", "refused_word.csv", "1,2\n3,x\n")
put("table", "refused_twice.csv", "row,col,value\na,b,1\na,b,2\n")
put("table", "refused_open_quote.csv", '1,"2\n')

# --- pictures
for name in sorted(os.listdir(io)):
    if name.endswith((".png", ".jpg")):
        put("image", name, golden(name))
put("image", "refused_cut_short.png", golden("rgb.png")[:-13])
put("image", "refused_cut_short.jpg", golden("photo.jpg")[:-60])

# --- any file, by a first line of its own
for name, file in (("a.npy", golden("f4_big.npy")), ("b.npz?array=mask", golden("stored.npz")), ("c.npz", golden("single.npz")), ("k.npz?array=*", golden("single.npz")),
                   ("d.png?channel=red", golden("rgb.png")), ("e.jpg?channel=rgb", golden("progressive.jpg")),
                   ("f.csv?form=triplets", b"0,0,1\n0,1,2\n"), ("g.csv?form=dense", b"1,1,5\n1,2,3\n2,1,4\n2,2,1\n"),
                   ("h", b"1 2\n3 4\n"), ("refused_i.csv?channel=red", b"1,2\n"), ("refused_j.xyz", b"1,2\n")):
    put("data", name.replace("?", "_").replace("=", "_").replace("*", "all"), name.replace("refused_", "").encode() + b"\n" + file)

# --- json
put("json", "every_kind.json", '{"a":[1,-2.5e-3,true,false,null],"b":{"c":"text \\u00e9 \\n \\"q\\" \\\\ \\ud83d\\ude00"},"":[]}')
put("json", "mark.json", "\ufeff[0,-0,1e308,9223372036854775807,0.1]")
put("json", "alone.json", ' "x" ')
put("json", "deep.json", "[" * 60 + "]" * 60)
put("json", "refused_too_deep.json", "[" * 65 + "]" * 65)
put("json", "refused_twice.json", '{"a":1,"a":2}')
put("json", "refused_too_large.json", "[1e999]")
put("json", "refused_not_utf8.json", b'"\xff"')
put("json", "refused_half_a_pair.json", '"\\ud42d\\ude15"')
put("json", "refused_comma.json", "[1,]")

# --- idx: two zeros, a type, the number of axes, their lengths, the numbers; gzip with each part that its header may have
def idx(code, form, shape, values):
    return struct.pack(f">BBBB{len(shape)}I{len(values)}{form}", 0, 0, code, len(shape), *shape, *values)


for code, form in ((8, "B"), (9, "b"), (11, "h"), (12, "i"), (13, "f"), (14, "d")):
    put("idx", f"type_{code}.idx", idx(code, form, [2, 3], [1, 2, 3, 100, 5, 6]))
put("idx", "images.idx", idx(8, "B", [2, 2, 2], range(8)))
put("idx", "none.idx", idx(8, "B", [0], []))
put("idx", "refused_cut_short.idx", idx(8, "B", [2, 3], range(6))[:-1])
put("idx", "refused_2_to_96_numbers.idx", idx(8, "B", [2**32 - 1] * 3, []))
put("idx", "refused_type_10.idx", idx(10, "B", [1], [1]))


def gzip(content, flags=0, fields=b""):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + fields + packed + struct.pack("<II", zlib.crc32(content), len(content))


table = b"1,2\n3,4\n" * 20
put("gzip", "bare.gz", gzip(table))
put("gzip", "empty.gz", gzip(b""))
put("gzip", "named.gz", gzip(table, 8, b"m.csv\0"))
put("gzip", "all.gz", gzip(table, 0x1e, b"\x02\x00exm.csv\0note\0\x01\x02"))
put("gzip", "refused_checksum.gz", gzip(table)[:-8] + bytes(4) + struct.pack("<I", len(table)))
put("gzip", "refused_two_members.gz", gzip(table) * 2)
put("gzip", "refused_bomb.gz", gzip(table)[:-4] + struct.pack("<I", 1 << 26))
put("data", "l.csv.gz", b"l.csv.gz\n" + gzip(table))
put("data", "m_idx3_ubyte", b"m-idx3-ubyte\n" + idx(8, "B", [2, 2, 2], range(8)))


# --- run documents
documents = {
    "study": {"study": "cloth"},
    "variant": {"rankscope": 1, "study": "cloth", "variant": "depth 2", "seed": 7, "steps": 50, "every": 5},
    "depth": {"study": "depth", "settings": {"step_size": 0.05, "depth": 4}, "record": ["loss", "singular_values"]},
    "photograph": {"study": "photograph", "inputs": {"target": {"name": "brick", "hash": "0123456789abcdef"}}},
    "files": {"system": "deep_matrix", "inputs": {"target": "m.csv?form=dense", "mask": "k.npy"}, "settings": {"observe": "mask"}},
    "taken_away": {"study": "cloth", "inputs": {"mask": None}, "settings": {"observe": "all"}},
    "system": {"system": "deep_matrix", "settings": {"rows": 9, "cols": 8, "depth": 3, "widths": [5, 6], "optimizer": "adam", "beta1": 0.8}},
    "edits": {"study": "depth", "edits": [{"step": 3, "key": "step_size", "value": 0.01}, {"step": 3, "key": "step_size", "value": 1e-3}]},
    "sensing": {"system": "deep_matrix", "settings": {"task": "sensing", "sensing": "rank_one", "measurements": 30, "noise": 0.1}},
    "regression": {"system": "deep_matrix", "settings": {"task": "regression", "whiten": True, "loss": "huber", "huber_delta": 2}},
    "refused_newer": {"rankscope": 3, "study": "cloth"},
    "refused_key": {"study": "cloth", "sed": 1},
    "refused_range": {"study": "cloth", "settings": {"depth": 11}},
    "refused_edit": {"study": "cloth", "edits": [{"step": 1, "key": "depth", "value": 2}]},
}
for name, document in documents.items():
    put("document", name + ".json", compact(document))

# --- links
def travelling(name, array):
    """An input that travels: .npy, zlib, base64url; the hash is 64-bit FNV-1a of the shape and the numbers as doubles."""
    state = 0xCBF29CE484222325
    for byte in np.array(array.shape, "<i8").tobytes() + array.astype("<f8").tobytes():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    file = iolib.BytesIO()
    np.save(file, array)
    return {"name": name, "hash": f"{state:016x}", "data": base64.urlsafe_b64encode(zlib.compress(file.getvalue())).decode().rstrip("=")}


def link(document):
    return "#" + urllib.parse.quote(compact(document), safe="-_.!~*'()")


array = travelling("mine.npy", np.array([[1, 2], [3, 4], [5, -6]], "i1"))
page = {"views": ["loss", "singular_values"], "speed": 2, "slow": True, "over": "time", "log": {"loss": True}, "arrange": "band", "predict": "loss", "step": 20, "layout": "x"}
links = {
    "study": link({"study": "cloth"}),
    "address": "https://example.org/rankscope/" + link({"rankscope": 2, "study": "cloth", "variant": "depth 1", "seed": 7}),
    "array": link({"rankscope": 2, "system": "deep_matrix", "inputs": {"target": array}, "steps": 9}),
    "page": link({"rankscope": 2, "study": "cloth", "page": page}),
    "beside": link({"rankscope": 2, "study": "cloth", "page": {"beside": [{"name": "mine", "color": 2, "document": {"system": "deep_matrix", "inputs": {"target": array}}}]}}),
    "edits": link({"rankscope": 2, "study": "cloth", "edits": [{"step": 3, "key": "step_size", "value": 0.1}, {"step": 9, "view": "end_to_end", "entry": 37, "value": 0.5}]}),
    "older": link({"rankscope": 1, "study": "cloth", "settings": {"depth": 2}}),
    "raw": compact({"study": "cloth", "settings": {"depth": 2, "widths": [20]}}),
    "decoded": "#" + compact({"study": "cloth", "steps": 5}),
    "short_form": "#study=cloth&variant=depth%201&view=loss,singular_values&figure",
    "refused_range": link({"study": "cloth", "settings": {"depth": 99}, "seed": -1}),
    "refused_unknown": link({"study": "cloth", "colour": 3, "page": {"vews": []}}),
    "refused_newer": link({"rankscope": 3, "study": "cloth"}),
    "refused_damaged": link({"system": "deep_matrix", "inputs": {"target": {**array, "data": array["data"].replace("A", "B", 1)}}}),
    "refused_cut": link({"study": "cloth", "seed": 3})[:-5],
}
for name, text in links.items():
    put("link", name + ".txt", text)

# --- reference runs: a few steps of a few numbers
W = [[0.5, 0.1], [0.2, 0.4]]
flat = [x for row in W for x in row]
factor = {"shape": [2, 2], "data": flat}


def reference(observation, optimizer="gd", loss="l2", depth=2, problem=(), more=(), series=None, start=factor):
    return compact({"model": "dmf", "optimizer": optimizer, "step_size": 0.1, **dict(more), "init": [start] * depth,
                    "problem": {"observation": observation, "loss": loss, "loss_scale": 0.5, **dict(problem)}, "logged_iterations": [0, 1, 3],
                    "trajectory": series or {"loss": [1, 1, 1], "product": [flat, flat, flat], "singular_values": [[1, 1]] * 3}})


entries = {"observed_flat_indices": [0, 3], "ground_truth": [1, 0, 0, 1], "ground_truth_shape": [2, 2]}
alone = {"observed_flat_indices": [0, 1, 3], "observed_values": [1, 0.5, 1]}
sensing = {"measurements": [1, 0, 0, 1, 0, 1, 1, 0], "measurements_shape": [2, 2, 2], "targets": [1, 0.5]}
regression = {"X": [1, 0, 0, 1, 1, 1], "X_shape": [3, 2], "Y": [1, 0, 0, 2, 1, 2], "Y_shape": [3, 2]}
# a run that starts at its end stays there
identity = {"shape": [2, 2], "data": [1, 0, 0, 1]}
there = {"observed_flat_indices": [0, 3], "observed_values": [1, 1]}
put("reference", "completion.json", reference("entries", problem=entries))
put("reference", "completion_momentum.json", reference("entries", "momentum", problem=entries, more={"momentum": 0.5}))
put("reference", "lone_values_huber.json", reference("entries", "adam", "huber", 3, {**alone, "huber_delta": 0.3}, {"beta1": 0.9, "beta2": 0.99, "adam_epsilon": 1e-8}))
put("reference", "sensing_power.json", reference("linear", "grouprmsprop", "l3", 1, sensing, {"decay": 0.99, "epsilon": 1e-6}))
put("reference", "regression.json", reference("regression", problem=regression))
put("reference", "agrees.json", reference("entries", problem=there, series={"loss": [0, 0, 0]}, start=identity))
put("reference", "unknown_series.json", reference("entries", problem=entries, series={"surprise": [1, 2, 3]}))
put("reference", "unknown_model.json", compact({"model": "xyz"}))
put("reference", "refused_place.json", reference("entries", problem={**entries, "observed_flat_indices": [4]}))
put("reference", "refused_factors.json", reference("entries", problem=entries).replace('"shape":[2,2]', '"shape":[4,1]', 1))

# linear networks: one of each kind, at the start or so near it that nothing takes time
square = {"type": "full", "scale": 0.5, "target": identity}
two = [{"shape": [2, 2], "data": [1, 0, 0, 1]}] * 2
kinds = {
    "end_to_end_flow": {"depth": 2.5, "loss": {**square, "type": "weighted", "input_covariance": {"shape": [2, 2], "data": [2, 0.5, 0.5, 1]}}, "W0": factor, "times": [0, 0.1],
                        "W": [factor, factor], "singular_values": [[1, 1], [1, 1]], "singular_value_rates": [[0, 0], [0, 0]], "loss_values": [1, 1]},
    "convergence_bound": {"depth": 2, "loss": square, "W0": identity, "balanced_layers_W1_to_WN": two, "deficiency_margin": 1, "sigma_min_target": 1, "initial_loss": 0,
                          "flow_rate_2Nc^(2-2/N)": 4, "flow": [{"t": 0.1, "loss": 0, "bound": 0, "sigma_min": 1}],
                          "gd": [{"eta": 0.1, "iterations_to_eps": 0, "loss_at_stop": 0, "loss_log": [[0, 0], [2, 0]]}]},
    "unbalancedness_drift": {"loss": {**square, "type": "entries", "observed_flat_indices": [0, 3]}, "layers_W1_to_WN": two, "total_time": 0.2, "loglog_slope_last_three": 1,
                             "runs": [{"step_size": 0.1, "num_iterations": 2, "final_W": identity, "max_drift_at_end": 0,
                                       "log": [{"iteration": 1, "unbalancedness_fro": [0], "unbalancedness_nuclear": [0], "drift_fro": [0], "loss": 0}]}]},
    "quasi_static_2x2": {"a_b_loss": [[0.5, 0.5, 0.375]], "inverse": [{"loss": 0.1, "a": 1.8, "lower_bound_(1-sqrt(2l))^2/sqrt(2l)": 0.7, "asymptote_1/sqrt(2l)": 2.2}],
                         "end_to_end_flow_alpha_I": 0.9, "flow_time_and_W11_at_loss_0.1": {"2": [1, 1]}},
    "lp_regression_end_to_end": {"p": 4, "loss": "mean |x.w-y|^p / p", "X": {"shape": [2, 2], "data": flat}, "y": [1, 0], "w0": [0.1, 0.1],
                                 "runs": [{"depth": 2, "step_size": 0.1, "rows_iteration_w1_w2_loss": [[0, 0.1, 0.1, 1], [3, 0.1, 0.1, 1]], "first_iteration_loss_below_1e-6": None}]},
}
for kind, fields in kinds.items():
    put("reference", kind + ".json", compact({"kind": kind, **fields}))

# tensors: 2 x 2 x 2 of one component, or a train, a core or a tree of such
def tensor(model, init, shape, observation, problem=(), more=(), series=("loss",), start=0.5):
    size = int(np.prod(shape))
    arrays = [{"shape": list(s), "data": [start] * int(np.prod(s))} for s in init]
    given = {"ground_truth": [1] * size, "ground_truth_shape": list(shape)}
    seen = {"observed_flat_indices": [0, size - 1]} if observation == "entries" else {"measurements": [1] * size, "measurements_shape": [1, *shape], "targets": [1]}
    return compact({"model": model, **dict(more), "init": arrays, "step_size": 0.1, "problem": {"observation": observation, "loss": "l2", "loss_scale": 0.5, **given, **seen, **dict(problem)},
                    "logged_iterations": [0, 2], "trajectory": {s: [1, 1] for s in series}})


put("reference", "cp.json", tensor("cp", [(2, 1)] * 3, (2, 2, 2), "entries", series=("loss", "component_norms_top10_sorted")))
put("reference", "cp_sensing_huber.json", tensor("cp", [(2, 2)] * 3, (2, 2, 2), "linear", {"loss": "huber", "huber_delta": 0.5}, {"optimizer": "grouprmsprop"}))
put("reference", "htf.json", tensor("htf", [(2, 1)] * 4 + [(1, 1)] * 3, (2, 2, 2, 2), "entries", {"order": 4, "widths": [1, 1], "logged_matricizations": [[0], [0, 1]]},
                                    series=("local_component_norms_top8_sorted", "matricization_effective_ranks")))
put("reference", "tucker.json", tensor("tucker", [(1, 1, 1)] + [(2, 1), (1, 1)] * 3, (2, 2, 2), "entries", more={"tucker_depth": 2}, series=("core_slice_norms",)))
put("reference", "tensor_train.json", tensor("tensor_train", [(2, 1), (1, 2, 1), (1, 2)], (2, 2, 2), "entries", series=("core_norms", "unfolding_singular_values")))
put("reference", "refused_train.json", tensor("tensor_train", [(2, 1), (2, 2, 1), (1, 2)], (2, 2, 2), "entries"))
put("reference", "refused_tree.json", tensor("htf", [(2, 1)] * 3, (2, 2, 2), "entries", {"order": 3}))

# --- sessions
commands = {
    "all": ['{"do":"list"}', '{"do":"show","key":"tiny"}', '{"do":"open","slot":0,"document":{"study":"tiny"}}',
            '{"do":"look","slot":0,"views":["end_to_end"]}', '{"do":"speed","slot":0,"steps_per_second":20}', '{"do":"play","slot":0}',
            '{"do":"set","slot":0,"key":"step_size","value":0.05}', '{"do":"seek","slot":0,"step":2}', '{"do":"step","slot":0,"n":2}',
            '{"do":"set","slot":0,"key":"depth","value":3}', '{"do":"view","slot":0,"key":"loss"}', '{"do":"bits","slot":0}',
            '{"do":"document","slot":0,"short":true}', '{"do":"stats","slot":0}', '{"do":"export","slot":0,"form":"csv"}',
            '{"do":"seed","slot":0,"value":3}', '{"do":"reset","slot":0}', '{"do":"pause","slot":0}', '{"do":"close","slot":0}'],
    "two": ['{"do":"open","slot":0,"document":{"study":"tiny","variant":"depth 2"}}', '{"do":"open","slot":1,"document":"{\\"study\\":\\"tiny\\",\\"variant\\":\\"depth 3\\"}"}',
            '{"do":"play","slot":-1,"id":7}', '{"do":"export","slot":1,"form":"json"}', '{"do":"close","slot":-1}'],
    "put": ["put m.csv 1,2,3;2,4,;3,6,9", '{"do":"open","document":{"system":"deep_matrix","inputs":{"target":"m.csv"},"steps":5,"every":1}}',
            '{"do":"play"}', '{"do":"export","form":"completion"}'],
    "triplets": ["put r.csv row,col,value;a,x,1;a,y,2;b,x,3", "put k.csv 1,1;1,0",
                 '{"do":"open","document":{"system":"deep_matrix","settings":{"observe":"all","optimizer":"gd"},"inputs":{"target":"r.csv"}}}',
                 '{"do":"step","n":3}', '{"do":"export","form":"completion"}'],
    "odd_sizes": ["put m.csv " + ";".join(",".join(str((3 * i + 5 * j) % 7) for j in range(9)) for i in range(11)),
                  '{"do":"open","document":{"system":"deep_matrix","inputs":{"target":"m.csv"}}}', '{"do":"step","n":2}', '{"do":"view","key":"singular_values"}'],
    "edits": ['{"do":"open","document":{"study":"tiny","edits":[{"step":2,"key":"step_size","value":0.2}]}}', '{"do":"step","n":4}',
              '{"do":"set","key":"step_size","value":"0.3"}', '{"do":"seek","step":1}', '{"do":"play"}'],
    "sensing": ['{"do":"open","document":{"system":"deep_matrix","settings":{"task":"sensing","measurements":5,"rows":3,"cols":4}}}', '{"do":"step","n":3}'],
    "diverged": ['{"do":"open","document":{"study":"tiny","settings":{"step_size":90,"optimizer":"gd","normalisation":"sum"}}}', '{"do":"play"}', '{"do":"reset"}'],
    "lens": ["put m.csv 1,2,3;2,4,7;3,6,9", '{"do":"lens","file":"m.csv"}', '{"do":"cp_rank","tolerance":0.001}',
             '{"do":"open","document":{"study":"tiny"}}', '{"do":"lens","view":"completed"}', '{"do":"cp_rank","stop":true}', '{"do":"play"}', '{"do":"lens"}'],
    "time": ['{"do":"open","document":{"study":"tiny"}}', '{"do":"halt","when":[{"event":"any"},{"view":"loss","below":0.5}]}', '{"do":"look","views":[]}', '{"do":"play"}',
             '{"do":"seek","step":2}', '{"do":"step","n":-1}', '{"do":"play","back":true}', '{"do":"to_event"}', '{"do":"to_event","back":true}',
             '{"do":"speed","steps_per_second":0,"near_events":0.1}', '{"do":"halt","when":[]}', '{"do":"step","n":5}', '{"do":"seek","step":0}', '{"do":"save"}'],
    "branch": ['{"do":"open","document":{"study":"tiny"}}', '{"do":"step","n":6}', '{"do":"fork","slot":0,"to":1}', '{"do":"set","slot":1,"key":"step_size","value":0.2}', '{"do":"step","slot":-1,"n":2}',
               '{"do":"swap","slot":0,"with":1}', '{"do":"revise","slot":0,"document":{"study":"tiny"},"step":4}', '{"do":"revise","slot":0,"document":{"study":"tiny","seed":2,"edits":[{"step":1,"key":"step_size","value":0.3}]},"step":3}',
               '{"do":"revise","slot":0,"document":{"study":"tiny","seed":2,"steps":5,"until":{"time":0.2}},"step":5}'],
    "nudge": ['{"do":"open","document":{"study":"tiny"}}', '{"do":"nudge","view":"end_to_end","entry":1,"value":0.3}', '{"do":"step","n":3}', '{"do":"nudge","view":"singular_values","entry":0,"value":1}',
              '{"do":"nudge","view":"singular_values","entry":0,"value":1.2}', '{"do":"step","n":2}', '{"do":"seek","step":1}'],
    "refused_time": ['{"do":"to_event"}', '{"do":"halt","when":[{"view":"loss"}]}', '{"do":"fork","to":1}', '{"do":"swap","with":1}', '{"do":"revise","document":{"study":"tiny"},"step":1}', '{"do":"nudge","view":"loss","entry":0,"value":1}'],
    "refused_lens": ['{"do":"cp_rank"}', '{"do":"lens","file":"m.csv"}', '{"do":"lens","slot":2,"view":"completed"}'],
    "refused_unknown": ['{"do":"dance"}'],
    "refused_no_run": ['{"do":"play","slot":3}'],
    "refused_text": ["hello"],
}
for name, lines in commands.items():
    put("session", name, "\n".join(lines) + "\n")


# --- frames: i64 step, f64 time, u32 count, then per series u32 view, u32 part, u32 dims, i64 shape..., f64 data...
def frame(step, time, *series):
    out = struct.pack("<qdI", step, time, len(series))
    for view, part, shape, data in series:
        out += struct.pack(f"<III{len(shape)}q{len(data)}d", view, part, len(shape), *shape, *data)
    return out


put("frame", "empty", frame(0, 0.0))
put("frame", "three", frame(12, 0.5, (0, 0, [], [1.0]), (3, 0, [2], [2.0, float("nan")]), (3, 1, [2], [1.5, 0.5]), (7, 0, [2, 3], [0.0] * 6)))
put("frame", "refused_cut_short", frame(12, 0.5, (0, 0, [], [1.0]))[:-1])
put("frame", "refused_2_to_60_numbers", frame(1, 0.0, (0, 0, [1 << 30, 1 << 30], [])))

# --- what the frontend decodes
replies = {
    "error": {"do": "run", "slot": 0, "error": {"where": "depth", "what": "99 is out of range", "remedy": "1 to 10"}},
    "list": {"do": "list", "version": "0.1.0", "systems": [{"key": "deep_matrix", "title": "T"}], "samples": [{"name": "cloth", "title": "A cloth", "source": "s"}],
             "presets": [{"key": "cloth", "system": "deep_matrix", "title": "T", "sentence": "S", "cite": "C", "claim": "L", "runs": ["depth 1", "depth 2"]}],
             "formats": [".npy", ".csv"]},
    "open": {"do": "open", "slot": 1, "document": {"rankscope": 1, "system": "deep_matrix", "settings": {"depth": 3, "alpha": 1e-3, "widths": [4, 5], "whiten": False, "init": "balanced"},
                                                   "inputs": {"target": {"name": "m.csv", "hash": "0123456789abcdef"}, "mask": "k.npy"}, "seed": 1, "steps": 100, "every": 10, "record": ["loss"]},
             "show": {"key": "deep_matrix", "time_axis": "time", "params": [{"key": "depth", "label": "Depth N_1", "group": "g", "type": "integer", "default": 3, "low": 1, "high": 10,
                                                                             "scale": "log", "when": "restart", "choices": ["a"], "relevant": {"key": "task", "values": ["completion"]}}],
                      "inputs": [{"key": "target", "label": "Target", "help": "h"}], "views": [{"key": "loss", "label": "Loss", "kind": "scalar", "axis": "log", "flops": 1e3, "theory": True}],
                      "shown": ["loss"]}, "events": [{"step": 3, "time": 0.5, "kind": "takeoff", "text": "t", "line": 0}], "remark": ""},
    "needs": {"do": "open", "needs": ["cloth"]},
    "put": {"do": "put", "name": "m.csv", "form": "dense", "shape": [3, 4], "entries": 11, "gaps": 1, "hash": "0123456789abcdef", "notes": []},
    "view": {"do": "view", "key": "end_to_end", "step": 4, "shape": [2, 2], "data": [1, None, 2.5, -1e-300]},
    "notice": {"step": 4, "time": 0.5, "status": "diverged", "trouble": "the loss", "remark": "r", "events": []},
    "export": {"do": "export", "name": "series.csv", "text": "step,time\n0,0\n"},
    "set": {"do": "set", "restarted": True},
}
for name, reply in replies.items():
    put("protocol", name + ".json", compact(reply))
put("protocol", "refused_list.json", "[1]")
put("protocol", "refused_cut_short.json", '{"do":"li')
