"""The tensor problems of bench/steps_bench.cpp: name -> side, order, width, whether it is hierarchical, whether all entries are observed."""
TENSORS = {"cp3": (10, 3, 100, False, False), "cp4": (8, 4, 500, False, False), "large": (10, 4, 1000, False, False),
           "large_all": (10, 4, 1000, False, True), "htf64": (8, 4, 64, True, False), "htf512": (8, 4, 512, True, False)}


def drawn(name, draw):
    """Blocks in the order of the system's, target, mask and how many entries are observed, as NumPy arrays."""
    side, order, width, hierarchical, whole = TENSORS[name]
    blocks = [draw.numbers(side * width, 1).reshape(side, width) for _ in range(order)]
    if hierarchical:
        blocks += [draw.numbers(width * width, 1).reshape(width, width) for _ in range(2)] + [draw.numbers(width, 1)]
    first = side ** (order // 2)
    target = draw.numbers(side**order, 1).reshape(first, -1)
    mask = draw.numbers(side**order, 1).reshape(first, -1) < -0.3
    if whole:
        mask[:] = True
    return blocks, target, mask


def gradient(name, blocks, target, slope_of, np, inner):
    """dL/d(blocks) by hand for NumPy and JAX: halves by row-wise Khatri-Rao products, one product forward, two back. `inner` sums a product
    of two arrays over one axis."""
    def joined(a, b):
        return (a[:, None, :] * b[None, :, :]).reshape(a.shape[0] * b.shape[0], -1)

    def parted(slope, a, b):
        s = slope.reshape(a.shape[0], b.shape[0], -1)
        return inner("ijr,jr->ir", s, b), inner("ijr,ir->jr", s, a)

    _, order, _, hierarchical, _ = TENSORS[name]
    if not hierarchical:
        left = blocks[0] if order == 3 else joined(blocks[0], blocks[1])
        right = joined(blocks[-2], blocks[-1])
        g = slope_of(left @ right.T - target)
        to_left = g @ right
        to_right = g.T @ left
        return ([to_left] if order == 3 else [*parted(to_left, blocks[0], blocks[1])]) + [*parted(to_right, blocks[-2], blocks[-1])]
    u1, u2, u3, u4, v1, v2, o = blocks
    p1, p2 = joined(u1, u2), joined(u3, u4)
    t1, t2 = p1 @ v1, p2 @ v2
    weighted = t1 * o
    g = slope_of(weighted @ t2.T - target)
    back = g @ t2
    to_t1, to_t2 = back * o, g.T @ weighted
    return [*parted(to_t1 @ v1.T, u1, u2), *parted(to_t2 @ v2.T, u3, u4), p1.T @ to_t1, p2.T @ to_t2, inner("ir,ir->r", back, t1)]


def end_tensor(name, blocks):
    """As the matrix that the problems are laid out in."""
    def joined(a, b):
        return (a[:, None, :] * b[None, :, :]).reshape(a.shape[0] * b.shape[0], -1)

    _, order, _, hierarchical, _ = TENSORS[name]
    if hierarchical:
        u1, u2, u3, u4, v1, v2, o = blocks
        return (joined(u1, u2) @ v1 * o) @ (joined(u3, u4) @ v2).T
    return (blocks[0] if order == 3 else joined(blocks[0], blocks[1])) @ joined(blocks[-2], blocks[-1]).T
