//! A connection's socket, Unix or TCP, that several threads use at once.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

pub enum Link {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Link {
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match self {
                Link::Unix(socket) => (&mut &*socket).read(buffer),
                Link::Tcp(socket) => (&mut &*socket).read(buffer),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => return read,
            }
        }
    }

    /// As `read`, but an error of the kind `TimedOut` when nothing has come by `until`.
    pub fn read_until(&self, buffer: &mut [u8], until: Instant) -> io::Result<usize> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.set_read_timeout(Some(left))?;
        match self.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::TimedOut.into()),
            read => read,
        }
    }

    pub fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Link::Unix(socket) => (&mut &*socket).write_all(bytes),
            Link::Tcp(socket) => (&mut &*socket).write_all(bytes),
        }
    }

    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Link::Unix(socket) => socket.set_read_timeout(timeout),
            Link::Tcp(socket) => socket.set_read_timeout(timeout),
        }
    }

    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Link::Unix(socket) => socket.set_write_timeout(timeout),
            Link::Tcp(socket) => socket.set_write_timeout(timeout),
        }
    }

    /// Ends the connection in both directions, also for threads that read or write it now.
    pub fn close(&self) {
        self.shutdown(Shutdown::Both);
    }

    /// Ends the connection after what was written last has reached the peer. Closing a TCP socket that has unread
    /// bytes resets the connection, and the peer may lose what it has not read yet; so those are read and thrown
    /// away, until the peer closes or `until`.
    pub fn close_gently(&self, until: Instant) {
        self.shutdown(Shutdown::Write);
        let mut rubbish = [0; 4096];
        while matches!(self.read_until(&mut rubbish, until), Ok(1..)) {}
        self.close();
    }

    fn shutdown(&self, how: Shutdown) {
        // Fails only where the peer has ended the connection already.
        let _ = match self {
            Link::Unix(socket) => socket.shutdown(how),
            Link::Tcp(socket) => socket.shutdown(how),
        };
    }
}
