"""Random fault trees: shared events, disjoint parts, constants, and negations where wanted."""

import random

from pollready.engine.fault_tree import FaultTree, FaultTreeBuilder, Op


def draw(random_: random.Random, *, events: int, gates: int, negations: bool) -> FaultTree:
    """Some gates are drawn over all that is there, others over what nothing else uses yet."""
    builder = FaultTreeBuilder("drawn")
    unused = [builder.event(f"e{i}", random_.choice((0.0, 1.0, *[random_.random()] * 8)))
              for i in range(events)]  # fmt: skip
    pool = [*unused, 0, 1] if random_.random() < 0.15 else list(unused)
    node = pool[0]
    for _ in range(gates):
        of_unused = random_.random() < 0.5 and len(unused) > 1
        source = unused if of_unused else pool
        inputs = random_.sample(source, min(len(source), random_.randint(1, 4)))
        node = gate(builder, random_, inputs, negations=negations)
        unused = [each for each in unused if each not in inputs]
        if node not in pool:
            pool.append(node)
            unused.append(node)
    if unused and random_.random() < 0.7:  # everything that is left stands below the top
        node = gate(builder, random_, unused, negations=False)
    builder.gate("top", node)
    return builder.build()


def gate(
    builder: FaultTreeBuilder, random_: random.Random, inputs: list[int], *, negations: bool
) -> int:
    op = random_.choice([Op.AND, Op.OR, Op.AND, Op.OR, Op.AT_LEAST])
    if negations and random_.random() < 0.4:
        op = random_.choice([Op.NOT, Op.XOR])
    if op == Op.NOT:
        return builder.node(op, inputs[:1])
    if op == Op.XOR:
        return builder.node(op, (inputs * 2)[:2])
    if op == Op.AT_LEAST and random_.random() < 0.2:
        inputs = [*inputs, random_.choice(inputs)]  # one input may count twice
    return builder.node(op, inputs, random_.randint(1, len(inputs)))
