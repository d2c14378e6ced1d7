"""Any value of the sample, for Hypothesis."""

from hypothesis import strategies as st

from ..sample.rich.values import (
    Access,
    EverythingRequestT,
    FrameT,
    Level,
    NodeT,
    OptionalsT,
    PointT,
    ReferencesT,
    ScalarsT,
    ShapeNodeT,
    ShapeOtherT,
    ShapeT,
    VectorsT,
    Wide,
)


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)


def unsigned(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << bits) - 1)


def some(of: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | st.lists(of, max_size=4)


# Not a number is not equal to itself; other tests have it.
doubles = st.floats(allow_nan=False)
floats = st.floats(allow_nan=False, width=32)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
levels = st.sampled_from(Level) | signed(8)
accesses = st.sampled_from(Access) | unsigned(32)
wides = st.sampled_from(Wide) | unsigned(64)

points = st.builds(PointT, floats, doubles)
frames = st.builds(
    FrameT,
    points,
    levels,
    st.lists(unsigned(16), min_size=4, max_size=4),
    st.binary(min_size=3, max_size=3),
    st.lists(points, min_size=2, max_size=2),
    wides,
    st.booleans(),
)
scalars = st.builds(
    ScalarsT,
    flag=st.booleans(),
    i8=signed(8),
    u8=unsigned(8),
    i16=signed(16),
    u16=unsigned(16),
    i32=signed(32),
    u32=unsigned(32),
    i64=signed(64),
    u64=unsigned(64),
    f32=floats,
    f64=doubles,
    flag_default=st.booleans(),
    i8_default=signed(8),
    i64_default=signed(64),
    u64_default=unsigned(64),
    f32_default=floats,
    f64_nan=doubles,
    f64_infinite=doubles,
    level=levels,
    access=accesses,
    wide=wides,
)
optionals = st.builds(
    OptionalsT,
    flag=st.none() | st.booleans(),
    i32=st.none() | signed(32),
    u64=st.none() | unsigned(64),
    f64=st.none() | doubles,
    level=st.none() | levels,
)
nodes: st.SearchStrategy[NodeT] = st.recursive(
    st.builds(NodeT, name=texts),
    lambda inner: st.builds(NodeT, name=texts, children=some(inner), next=st.none() | inner),
    max_leaves=6,
)
shapes: st.SearchStrategy[ShapeT] = st.one_of(nodes.map(ShapeNodeT), optionals, texts, points, nodes.map(ShapeOtherT))
vectors = st.builds(
    VectorsT,
    flags=some(st.booleans()),
    i8s=some(signed(8)),
    bytes_=st.none() | st.binary(max_size=9),
    i16s=some(signed(16)),
    u16s=some(unsigned(16)),
    i32s=some(signed(32)),
    u32s=some(unsigned(32)),
    i64s=some(signed(64)),
    u64s=some(unsigned(64)),
    f32s=some(floats),
    f64s=some(doubles),
    levels=some(levels),
    accesses=some(accesses),
    wides=some(wides),
    strings=some(texts),
    points=some(points),
    frames=some(frames),
    tables=some(optionals),
    shapes=some(shapes),
    empty_default=st.lists(signed(32), max_size=3),
)
references = st.builds(
    ReferencesT,
    text=st.none() | texts,
    text_default=texts | st.just("none"),
    point=st.none() | points,
    frame=st.none() | frames,
    node=st.none() | nodes,
    shape=st.none() | shapes,
    must_text=texts,
    must_bytes=st.binary(max_size=9),
    must_frame=frames,
    must_shape=shapes,
)
everything = st.builds(
    EverythingRequestT,
    scalars=st.none() | scalars,
    optionals=st.none() | optionals,
    vectors=st.none() | vectors,
    references=st.none() | references,
    node=st.none() | nodes,
    nodes=some(nodes),
)
