//! Checked reading of FlatBuffers (FB2 to FB5): nothing in the buffer is believed before it was compared with the
//! buffer's length, and no alignment or order is asked for.

use std::cell::Cell;

/// Why a buffer was refused (FB6: INVALID_PAYLOAD), and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused(pub String);

type Result<T> = std::result::Result<T, Refused>;

const DEEPEST: u32 = 64;

pub struct Buffer<'a> {
    bytes: &'a [u8],
    /// Bytes that may still be visited (FB5).
    budget: Cell<u64>,
}

impl<'a> Buffer<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Buffer { bytes, budget: Cell::new(bytes.len() as u64 * 16 + 64 * 1024) }
    }

    pub fn root(&self) -> Result<Table<'_, 'a>> {
        Table::at(self, self.u32(0)? as usize, 1)
    }

    fn slice(&self, position: usize, length: usize) -> Result<&'a [u8]> {
        let end = position.checked_add(length).filter(|end| *end <= self.bytes.len());
        match end {
            Some(end) => Ok(&self.bytes[position..end]),
            None => Err(Refused(format!(
                "{length} bytes at {position} lie outside of the buffer of {} bytes",
                self.bytes.len()
            ))),
        }
    }

    fn visit(&self, length: usize) -> Result<()> {
        match self.budget.get().checked_sub(length as u64) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(Refused("it visits more than 16 times its length and 64 KiB".into())),
        }
    }

    fn u16(&self, position: usize) -> Result<u16> {
        Ok(u16::from_le_bytes(self.slice(position, 2)?.try_into().expect("2 bytes")))
    }

    fn u32(&self, position: usize) -> Result<u32> {
        Ok(u32::from_le_bytes(self.slice(position, 4)?.try_into().expect("4 bytes")))
    }

    /// The position that the offset at `position` leads to.
    fn follow(&self, position: usize) -> Result<usize> {
        let offset = self.u32(position)? as usize;
        position.checked_add(offset).ok_or_else(|| Refused(format!("the offset at {position} overflows")))
    }

    /// The elements of the vector at `position`, `size` bytes each, and how many there are.
    fn vector(&self, position: usize, size: usize) -> Result<(usize, usize)> {
        let count = self.u32(position)? as usize;
        let length = count
            .checked_mul(size)
            .ok_or_else(|| Refused(format!("the vector at {position} of {count} elements overflows")))?;
        self.slice(position + 4, length)?;
        self.visit(length + 4)?;
        Ok((position + 4, count))
    }

    fn string(&self, position: usize) -> Result<&'a str> {
        let (start, length) = self.vector(position, 1)?;
        if self.slice(start + length, 1)? != [0] {
            return Err(Refused(format!("the string at {position} does not end with a zero byte")));
        }
        std::str::from_utf8(self.slice(start, length)?)
            .map_err(|_| Refused(format!("the string at {position} is not valid UTF-8")))
    }
}

pub struct Table<'b, 'a> {
    buffer: &'b Buffer<'a>,
    position: usize,
    length: usize,
    vtable: usize,
    vtable_length: usize,
    depth: u32,
}

impl<'b, 'a> Table<'b, 'a> {
    fn at(buffer: &'b Buffer<'a>, position: usize, depth: u32) -> Result<Self> {
        if depth > DEEPEST {
            return Err(Refused(format!("tables are nested deeper than {DEEPEST}")));
        }
        // Signed: a vtable may lie on either side of its table.
        let back = i64::from(buffer.u32(position)? as i32);
        let vtable = usize::try_from(position as i64 - back)
            .map_err(|_| Refused(format!("the vtable of the table at {position} lies before the buffer")))?;
        let vtable_length = usize::from(buffer.u16(vtable)?);
        if vtable_length < 4 || vtable_length % 2 != 0 {
            return Err(Refused(format!("the vtable at {vtable} has a length of {vtable_length}")));
        }
        buffer.slice(vtable, vtable_length)?;
        let length = usize::from(buffer.u16(vtable + 2)?);
        if length < 4 {
            return Err(Refused(format!("the table at {position} has a length of {length}")));
        }
        buffer.slice(position, length)?;
        buffer.visit(vtable_length + length)?;
        Ok(Table { buffer, position, length, vtable, vtable_length, depth })
    }

    /// Where the field of a slot lies, wholly inside its table; `None` where it is absent.
    fn field(&self, slot: usize, size: usize) -> Result<Option<usize>> {
        let entry = 4 + 2 * slot;
        if entry + 2 > self.vtable_length {
            return Ok(None);
        }
        let offset = usize::from(self.buffer.u16(self.vtable + entry)?);
        if offset == 0 {
            return Ok(None);
        }
        if offset + size > self.length {
            return Err(Refused(format!("slot {slot} of the table at {} lies outside of it", self.position)));
        }
        Ok(Some(self.position + offset))
    }

    pub fn u8(&self, slot: usize, default: u8) -> Result<u8> {
        self.field(slot, 1)?.map_or(Ok(default), |at| Ok(self.buffer.slice(at, 1)?[0]))
    }

    pub fn bool(&self, slot: usize) -> Result<bool> {
        Ok(self.u8(slot, 0)? != 0)
    }

    pub fn u16(&self, slot: usize, default: u16) -> Result<u16> {
        self.field(slot, 2)?.map_or(Ok(default), |at| self.buffer.u16(at))
    }

    pub fn u32(&self, slot: usize, default: u32) -> Result<u32> {
        self.field(slot, 4)?.map_or(Ok(default), |at| self.buffer.u32(at))
    }

    pub fn u64(&self, slot: usize, default: u64) -> Result<u64> {
        let Some(at) = self.field(slot, 8)? else { return Ok(default) };
        Ok(u64::from_le_bytes(self.buffer.slice(at, 8)?.try_into().expect("8 bytes")))
    }

    fn reference(&self, slot: usize) -> Result<Option<usize>> {
        self.field(slot, 4)?.map(|at| self.buffer.follow(at)).transpose()
    }

    pub fn string(&self, slot: usize) -> Result<Option<&'a str>> {
        self.reference(slot)?.map(|at| self.buffer.string(at)).transpose()
    }

    pub fn required_string(&self, slot: usize, name: &str) -> Result<&'a str> {
        self.string(slot)?.ok_or_else(|| Refused(format!("the required field {name} is missing")))
    }

    pub fn bytes(&self, slot: usize) -> Result<Option<&'a [u8]>> {
        let Some(at) = self.reference(slot)? else { return Ok(None) };
        let (start, length) = self.buffer.vector(at, 1)?;
        self.buffer.slice(start, length).map(Some)
    }

    /// Absent reads as empty.
    pub fn u16s(&self, slot: usize) -> Result<Vec<u16>> {
        let Some(at) = self.reference(slot)? else { return Ok(Vec::new()) };
        let (start, count) = self.buffer.vector(at, 2)?;
        (0..count).map(|index| self.buffer.u16(start + 2 * index)).collect()
    }

    /// Absent reads as empty.
    pub fn strings(&self, slot: usize) -> Result<Vec<&'a str>> {
        let Some(at) = self.reference(slot)? else { return Ok(Vec::new()) };
        let (start, count) = self.buffer.vector(at, 4)?;
        (0..count).map(|index| self.buffer.string(self.buffer.follow(start + 4 * index)?)).collect()
    }

    pub fn table(&self, slot: usize) -> Result<Option<Table<'b, 'a>>> {
        self.reference(slot)?.map(|at| Table::at(self.buffer, at, self.depth + 1)).transpose()
    }

    /// Absent reads as empty.
    pub fn tables(&self, slot: usize) -> Result<Vec<Table<'b, 'a>>> {
        let Some(at) = self.reference(slot)? else { return Ok(Vec::new()) };
        let (start, count) = self.buffer.vector(at, 4)?;
        let tables = (0..count).map(|index| self.buffer.follow(start + 4 * index));
        tables.map(|at| Table::at(self.buffer, at?, self.depth + 1)).collect()
    }
}
