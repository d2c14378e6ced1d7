//! Binding the address that the host chose (S1, S7), and accepting.

use std::fs::{remove_file, set_permissions, symlink_metadata, Permissions};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::environment::Address;
use crate::link::Link;

pub enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    pub fn bind(address: &Address) -> io::Result<Self> {
        match address {
            Address::Socket(path) => {
                let listener = UnixListener::bind(path).or_else(|error| {
                    if error.kind() == io::ErrorKind::AddrInUse && is_left_over(path) {
                        remove_file(path)?;
                        return UnixListener::bind(path);
                    }
                    Err(error)
                })?;
                set_permissions(path, Permissions::from_mode(0o600))?;
                Ok(Listener::Unix(listener))
            }
            Address::Tcp(address) => TcpListener::bind(address).map(Listener::Tcp),
        }
    }

    pub fn accept(&self) -> io::Result<Link> {
        match self {
            Listener::Unix(listener) => Ok(Link::Unix(listener.accept()?.0)),
            Listener::Tcp(listener) => {
                let (socket, _) = listener.accept()?;
                socket.set_nodelay(true)?;
                Ok(Link::Tcp(socket))
            }
        }
    }
}

/// Whether a file is a socket that nobody listens on.
fn is_left_over(path: &Path) -> bool {
    symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
        && UnixStream::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The socket file that the plugin made and must remove.
pub fn socket_file(address: &Address) -> Option<PathBuf> {
    match address {
        Address::Socket(path) => Some(path.clone()),
        Address::Tcp(_) => None,
    }
}
