//! Writing of FlatBuffers (FB1), front to back: each table after its vtable, and what it refers to after it.

pub enum Value<'a> {
    U8(u8),
    Bool(bool),
    U16(u16),
    U32(u32),
    U64(u64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Table(Fields<'a>),
}

/// The fields of a table that are present, each with its slot.
pub type Fields<'a> = Vec<(usize, Value<'a>)>;

/// The buffer of which `fields` are the root table.
pub fn write(fields: Fields) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    let root = write_table(&mut bytes, fields);
    patch(&mut bytes, 0, root as u32);
    bytes
}

fn size(value: &Value) -> usize {
    match value {
        Value::U8(_) | Value::Bool(_) => 1,
        Value::U16(_) => 2,
        Value::U64(_) => 8,
        _ => 4,
    }
}

fn align(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}

fn patch(bytes: &mut [u8], position: usize, value: u32) {
    bytes[position..position + 4].copy_from_slice(&value.to_le_bytes());
}

fn write_table(bytes: &mut Vec<u8>, mut fields: Fields) -> usize {
    // The largest first, so that only the table's own start needs care.
    fields.sort_by_key(|(_, value)| std::cmp::Reverse(size(value)));
    let slots = fields.iter().map(|(slot, _)| slot + 1).max().unwrap_or(0);
    let vtable_length = 4 + 2 * slots;
    let table_length = 4 + fields.iter().map(|(_, value)| size(value)).sum::<usize>();

    // Fields begin 4 bytes into the table; those of 8 bytes must come out at a multiple of 8.
    let wide = fields.first().is_some_and(|(_, value)| size(value) == 8);
    while (bytes.len() + vtable_length) % if wide { 8 } else { 4 } != if wide { 4 } else { 0 } {
        bytes.push(0);
    }
    let vtable = bytes.len();
    let table = vtable + vtable_length;
    bytes.resize(table, 0);
    bytes[vtable..vtable + 2].copy_from_slice(&(vtable_length as u16).to_le_bytes());
    bytes[vtable + 2..vtable + 4].copy_from_slice(&(table_length as u16).to_le_bytes());
    bytes.extend_from_slice(&(vtable_length as u32).to_le_bytes());

    let mut referred = Vec::new();
    for (slot, value) in fields {
        let at = bytes.len();
        let entry = vtable + 4 + 2 * slot;
        bytes[entry..entry + 2].copy_from_slice(&((at - table) as u16).to_le_bytes());
        match value {
            Value::U8(number) => bytes.push(number),
            Value::Bool(truth) => bytes.push(u8::from(truth)),
            Value::U16(number) => bytes.extend_from_slice(&number.to_le_bytes()),
            Value::U32(number) => bytes.extend_from_slice(&number.to_le_bytes()),
            Value::U64(number) => bytes.extend_from_slice(&number.to_le_bytes()),
            Value::Text(_) | Value::Bytes(_) | Value::Table(_) => {
                bytes.extend_from_slice(&[0; 4]);
                referred.push((at, value));
            }
        }
    }
    for (at, value) in referred {
        align(bytes, 4);
        let target = match value {
            Value::Text(text) => {
                let position = write_vector(bytes, text.as_bytes());
                bytes.push(0);
                position
            }
            Value::Bytes(vector) => write_vector(bytes, vector),
            Value::Table(fields) => write_table(bytes, fields),
            _ => unreachable!("only references are kept for later"),
        };
        patch(bytes, at, (target - at) as u32);
    }
    align(bytes, 4);
    table
}

fn write_vector(bytes: &mut Vec<u8>, vector: &[u8]) -> usize {
    let position = bytes.len();
    bytes.extend_from_slice(&(vector.len() as u32).to_le_bytes());
    bytes.extend_from_slice(vector);
    position
}
