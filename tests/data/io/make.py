#!/usr/bin/env python3
"""Writes the golden files of tests/io, next to itself. Needs NumPy and, for the pictures, libgd (Debian: python3-numpy, libgd3).
What each file is: README.md. The values are repeated in tests/io/*_test.cpp."""
import ctypes, ctypes.util, io, os, struct, zlib
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))

# --- npy: 2 x 3, the extremes of each type
for d in "i1 i2 i4 i8 u1 u2 u4 u8".split():
    t = np.iinfo(d)
    np.save(f"{d}.npy", np.array([[0, 1, 2], [3, t.min, t.max]], dtype=d))
for d in "f2 f4 f8".split():
    t = np.finfo(d)
    floats = np.array([[0.1, -2.5, t.max], [t.smallest_subnormal, np.nan, -np.inf]], dtype=d)
    np.save(f"{d}.npy", floats)
    np.save(f"{d}_big.npy", floats.astype(">" + d))
np.save("b1.npy", np.array([[True, False, True], [False, False, True]]))
np.save("i4_big.npy", np.array([[0, 1, 2], [3, -2**31, 2**31 - 1]], dtype=">i4"))
np.save("u2_big.npy", np.array([[0, 1, 2], [3, 256, 65535]], dtype=">u2"))
counting = np.arange(24.0).reshape(2, 3, 4)
np.save("fortran.npy", np.asfortranarray(counting[0]))
np.save("fortran_3d_big.npy", np.asfortranarray(counting.astype(">f4")))
np.save("vector.npy", np.arange(5.0))
np.save("scalar.npy", np.array(7.5))
np.save("empty.npy", np.zeros((0, 3)))
for version in (2, 3):
    with open(f"version{version}.npy", "wb") as f:
        np.lib.format.write_array(f, counting[0], version=(version, 0))
np.save("complex.npy", np.array([1 + 2j]))
np.save("text.npy", np.array(["a", "bc"]))
np.save("dates.npy", np.array(["2020-01-01"], dtype="M8[D]"))
np.save("records.npy", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
np.save("objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)

# --- npz, exactly as NumPy writes them
np.savez("stored.npz", W=counting[0], mask=np.eye(3, dtype="u1"))
np.savez_compressed("deflated.npz", W=np.outer(np.arange(20.0), np.ones(20)), mask=np.eye(3, dtype="u1"))
np.savez_compressed("single.npz", counting[0])


# --- png: 12 rows x 16 columns; r = 20 i, g = 15 j, b = 9 (i + j)
rows, cols = 12, 16
i, j = np.mgrid[0:rows, 0:cols]
rgb = np.stack([20 * i, 15 * j, 9 * (i + j)], -1).astype("u1")


def png(name, samples, depth, colour, extra=b""):
    """samples: one row of bytes a row of pixels; each row with another filter of PNG's five, so that all are met."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    data, size = samples.reshape(rows, -1).astype("u1"), max(1, {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth // 8)
    raw = b""
    for r in range(rows):
        x = data[r].astype(int)
        up = data[r - 1].astype(int) if r else 0 * x
        left = np.concatenate([np.zeros(size, int), x[:-size]])
        corner = np.concatenate([np.zeros(size, int), up[:-size]])
        p = left + up - corner
        pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, corner))
        kind = r % 5
        prediction = [0 * x, left, up, (left + up) // 2, paeth][kind]
        raw += bytes([kind]) + ((x - prediction) % 256).astype("u1").tobytes()
    head = struct.pack(">IIBBBBB", cols, rows, depth, colour, 0, 0, 0)
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


png("grey.png", rgb[:, :, 2], 8, 0)
png("rgb.png", rgb, 8, 2)
alpha = np.where((i + j) % 5 == 0, 0, np.where(i == j, 128, 255)).astype("u1")[:, :, None]
png("rgba.png", np.concatenate([rgb, alpha], -1), 8, 6)
png("grey_alpha.png", np.concatenate([rgb[:, :, 2:], alpha], -1), 8, 4)
png("grey16.png", (i * 4096 + j * 257 + 1).astype(">u2").view("u1"), 16, 0)
png("bits.png", np.packbits(((i + j) % 2).astype("u1"), axis=1), 1, 0)
palette = bytes(v for k in range(28) for v in (9 * k, 255 - 9 * k, k))
body = struct.pack(">I", len(palette)) + b"PLTE" + palette + struct.pack(">I", zlib.crc32(b"PLTE" + palette))
png("palette.png", (i + j).astype("u1"), 8, 3, body)

# --- by libgd: an interlaced png, and jpegs with what libjpeg decodes them to
gd = ctypes.CDLL(ctypes.util.find_library("gd"))
for f in ("gdImageCreateTrueColor", "gdImageJpegPtr", "gdImagePngPtr", "gdImageCreateFromJpegPtr"):
    getattr(gd, f).restype = ctypes.c_void_p
picture = ctypes.c_void_p(gd.gdImageCreateTrueColor(cols, rows))


def fill(values):
    for r in range(rows):
        for c in range(cols):
            v = values[r, c].astype(int)
            gd.gdImageSetPixel(picture, c, r, int(v[0] << 16 | v[1] << 8 | v[2]))


def save(name, function, *options):
    size = ctypes.c_int()
    data = ctypes.c_void_p(function(picture, ctypes.byref(size), *options))
    raw = ctypes.string_at(data, size.value)
    open(name, "wb").write(raw)
    return raw


def decoded(raw):
    im = ctypes.c_void_p(gd.gdImageCreateFromJpegPtr(len(raw), raw))
    p = np.array([[gd.gdImageGetTrueColorPixel(im, c, r) for c in range(cols)] for r in range(rows)])
    return np.stack([p >> 16 & 255, p >> 8 & 255, p & 255], -1).astype("u1")


fill(rgb)
gd.gdImageInterlace(picture, 1)
save("interlaced.png", gd.gdImagePngPtr)
np.save("progressive_jpg.npy", decoded(save("progressive.jpg", gd.gdImageJpegPtr, 95)))
gd.gdImageInterlace(picture, 0)
np.save("photo_jpg.npy", decoded(save("photo.jpg", gd.gdImageJpegPtr, 95)))
