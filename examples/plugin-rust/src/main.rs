//! A pluginart plugin without a runtime: environment, address, READY, and the ways to end.

#![forbid(unsafe_code)]

mod assembly;
mod calls;
mod control;
mod echo;
mod environment;
mod failure;
mod flatbuffer;
mod flatbuffer_writer;
mod frame_v1;
mod frame_v2;
mod handler;
mod handshake;
mod link;
mod listener;
mod outbox;
mod plugin;
mod proof;
mod session_v1;
mod session_v2;
mod stop;
#[cfg(test)]
mod vectors;

use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::exit;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::environment::Environment;
use crate::handshake::{Identity, Limits};
use crate::listener::Listener;
use crate::plugin::Plugin;

const LIMITS: Limits = Limits { max_message_bytes: 4_194_304, max_concurrent_calls: 64 };
/// What is left to handlers when the lifeline has ended (S12: a second at most).
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// A line on stderr. One that cannot be written is lost: nobody is there to read it.
pub fn log(message: &str) {
    let _ = writeln!(std::io::stderr(), "echo: {message}");
}

fn fail(message: &str) -> ! {
    log(message);
    exit(1)
}

/// How long each answer takes: ECHO_DELAY_MS, 0 where it is not set.
fn delay() -> Result<Duration, String> {
    match std::env::var("ECHO_DELAY_MS") {
        Err(_) => Ok(Duration::ZERO),
        Ok(text) => match text.parse() {
            Ok(milliseconds) => Ok(Duration::from_millis(milliseconds)),
            Err(_) => Err(format!("ECHO_DELAY_MS is {text:?}, and must be a number of milliseconds")),
        },
    }
}

/// The only place that ends a plugin that has begun to listen. Removes its socket.
fn end(socket_file: &Mutex<Option<PathBuf>>, status: i32) -> ! {
    // Held to the last, so that whoever comes second waits for the first.
    let mut file = socket_file.lock().expect("no panic holds the path");
    if let Some(path) = file.take() {
        let _ = std::fs::remove_file(path);
    }
    exit(status)
}

/// Reads until there is no more, and throws it away.
fn wait_for_end(mut input: impl Read) {
    let mut rubbish = [0; 4096];
    loop {
        match input.read(&mut rubbish) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
        }
    }
}

fn main() {
    let environment = Environment::take().unwrap_or_else(|why| fail(&why));
    let delay = delay().unwrap_or_else(|why| fail(&why));
    environment.remarks.iter().for_each(|remark| log(remark));

    let mut signals = Signals::new([SIGTERM, SIGINT]).unwrap_or_else(|error| fail(&format!("signals: {error}")));
    let listener = Listener::bind(&environment.address)
        .unwrap_or_else(|error| fail(&format!("cannot listen on {}: {error}", environment.address)));
    let socket_file = Arc::new(Mutex::new(listener::socket_file(&environment.address)));

    let identity = Identity {
        contract_hash: proof::contract_hash(echo::SCHEMA.as_bytes()),
        runtime: concat!("pluginart-rust-example/", env!("CARGO_PKG_VERSION")).into(),
        limits: LIMITS,
        token: environment.token,
        nonces: Mutex::default(),
    };
    let plugin = Plugin::new(identity, Arc::new(echo::Echo { delay }), echo::SCHEMA);

    let mut stdout = std::io::stdout();
    if let Err(error) = stdout.write_all(b"\nREADY\n").and_then(|()| stdout.flush()) {
        log(&format!("cannot say READY: {error}"));
        end(&socket_file, 1);
    }

    if environment.lifeline {
        let (plugin, socket_file) = (Arc::clone(&plugin), Arc::clone(&socket_file));
        std::thread::spawn(move || {
            wait_for_end(std::io::stdin());
            plugin.tell_all();
            std::thread::sleep(LAST_MOMENT);
            end(&socket_file, 0)
        });
    }
    {
        let plugin = Arc::clone(&plugin);
        std::thread::spawn(move || loop {
            match listener.accept() {
                Ok(link) => plugin.serve(link),
                Err(error) => {
                    // Too many open files, say: some may be closed soon.
                    log(&format!("cannot accept a connection: {error}"));
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        });
    }

    let mut stopping = false;
    for signal in signals.forever() {
        if std::mem::replace(&mut stopping, true) {
            end(&socket_file, 128 + signal);
        }
        let (plugin, socket_file) = (Arc::clone(&plugin), Arc::clone(&socket_file));
        std::thread::spawn(move || {
            plugin.drain();
            end(&socket_file, 0)
        });
    }
}
