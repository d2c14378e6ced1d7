"""Values of the sample in which each field has one of its own."""

import math

from ..sample.rich import values
from ..sample.rich.values import Access, Level, NodeT, OptionalsT, PointT, ShapeNodeT, ShapeOtherT, Wide

POINT = PointT(1.5, -2.25)
FRAME = values.FrameT(
    POINT,
    Level.Silent,
    [0, 1, 65_535, 7],
    b"\xff\0\1",
    [PointT(0.0, 5e-324), PointT(-0.0, 1.7976931348623157e308)],
    Wide.Large,
    True,
)
ZEROS = OptionalsT(flag=False, i32=0, u64=0, f64=0.0, level=Level.Normal)
LOW = values.ScalarsT(
    i8=-128,
    i16=-32_768,
    i32=-(2**31),
    i64=-(2**63),
    f32=-0.0,
    f64=-1.7976931348623157e308,
    f64_nan=1.0,
    level=Level.Silent,
    wide=Wide.Zero,
)
HIGH = values.ScalarsT(
    flag=True,
    i8=127,
    u8=255,
    i16=32_767,
    u16=65_535,
    i32=2**31 - 1,
    u32=2**32 - 1,
    i64=2**63 - 1,
    u64=2**64 - 1,
    f32=math.inf,
    f64=-0.0,
    flag_default=False,
    i8_default=0,
    i64_default=0,
    u64_default=0,
    f32_default=0.0,
    f64_nan=0.0,
    f64_infinite=-0.0,
    level=99,
    access=Access(0xFFFFFFFF),
    wide=7,
)
FULL_VECTORS = values.VectorsT(
    flags=[True, False, True],
    i8s=[-128, 127, 0],
    bytes_=b"\0\xff\x80",
    i16s=[-32_768, 32_767],
    u16s=[65_535],
    i32s=[-(2**31), 2**31 - 1],
    u32s=[2**32 - 1, 0],
    i64s=[-(2**63), 2**63 - 1, 0, -1],
    u64s=[2**64 - 1, 0],
    f32s=[0.5, -0.0, -math.inf],
    f64s=[math.pi, 5e-324],
    levels=[Level.Silent, Level.Normal, Level.Loud, 77],
    accesses=[Access(0), Access.Read | Access.Execute],
    wides=[Wide.Large, 12],
    strings=["", "ascii", "ümläut", "\0", "😀", "x" * 5000, "ä" * 1500, "\ufffd", "\U0010ffff"],
    points=[POINT, PointT(0.0, 0.0)],
    frames=[FRAME],
    tables=[OptionalsT(), ZEROS],
    shapes=[
        ShapeNodeT(NodeT(name="a")),
        ZEROS,
        "",
        POINT,
        ShapeOtherT(NodeT(name="b", children=[])),
    ],
    empty_default=[1, 2, 3],
)
EMPTY_VECTORS = values.VectorsT(
    flags=[],
    i8s=[],
    bytes_=b"",
    i16s=[],
    u16s=[],
    i32s=[],
    u32s=[],
    i64s=[],
    u64s=[],
    f32s=[],
    f64s=[],
    levels=[],
    accesses=[],
    wides=[],
    strings=[],
    points=[],
    frames=[],
    tables=[],
    shapes=[],
)
FULL_REFERENCES = values.ReferencesT(
    text="",
    text_default="some",
    point=POINT,
    frame=FRAME,
    node=NodeT(name="", children=[NodeT(name="c"), NodeT(name="d", children=[])]),
    shape="a label",
    must_text="must",
    must_bytes=b"",
    must_frame=FRAME,
    must_shape=POINT,
)


def chain(length: int) -> NodeT:
    """Make a list of that many nodes, each the next one's holder."""
    node = NodeT(name=f"node {length}")
    for n in range(length - 1, 0, -1):
        node = NodeT(name=f"node {n}", next=node)
    return node


EVERYTHING = [
    values.EverythingRequestT(),
    values.EverythingRequestT(scalars=LOW),
    values.EverythingRequestT(scalars=HIGH, optionals=OptionalsT()),
    values.EverythingRequestT(optionals=ZEROS),
    values.EverythingRequestT(vectors=FULL_VECTORS),
    values.EverythingRequestT(vectors=EMPTY_VECTORS),
    values.EverythingRequestT(vectors=values.VectorsT()),
    values.EverythingRequestT(references=FULL_REFERENCES),
    values.EverythingRequestT(node=chain(62), nodes=[]),
    values.EverythingRequestT(
        scalars=HIGH,
        optionals=ZEROS,
        vectors=FULL_VECTORS,
        references=FULL_REFERENCES,
        node=NodeT(name="root", children=[NodeT(name="x"), NodeT(name="y", children=[NodeT(name="z")])]),
        nodes=[
            NodeT(name=f"the node with the number {n}", children=None if n % 2 else [NodeT(name="")]) for n in range(50)
        ],
    ),
]
