//! What the host says through the environment (section 2).

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::proof::Token;

#[derive(Debug, PartialEq, Eq)]
pub enum Address {
    Socket(PathBuf),
    /// `host:port`
    Tcp(String),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Socket(path) => write!(f, "the Unix socket {} (PLUGIN_SOCKET)", path.display()),
            Address::Tcp(address) => write!(f, "{address} (PLUGIN_ADDR, which is host:port)"),
        }
    }
}

pub struct Environment {
    pub address: Address,
    /// One that counts (S9).
    pub token: Option<Token>,
    /// Whether the plugin ends with its standard input (S12).
    pub lifeline: bool,
    /// What the operator should know, for stderr.
    pub remarks: Vec<String>,
}

pub const STARTED_BY_HAND: &str = "\
This is a pluginart plugin: it serves the contract of echo.fbs to a host program, which starts it.
Name it in the host's pluginart.toml:

  [[plugins]]
  name = \"echo\"
  type = \"binary\"
  path = \"target/release/plugin-rust\"
  schema = \"../schema/echo.fbs\"

To start it by hand all the same, say where it is to listen: PLUGIN_SOCKET=/path/of/a.sock or
PLUGIN_ADDR=127.0.0.1:7000.";

impl Environment {
    /// Takes the plugin's variables. The secret ones and the lifeline are gone from the environment afterwards
    /// (S11), so this must run before any other thread does. An error is a text for stderr.
    pub fn take() -> Result<Self, String> {
        let take = |name: &str| {
            let value = env::var_os(name);
            env::remove_var(name);
            value
        };
        let secret = [take("PLUGIN_TOKEN"), take("PLUGIN_TOKEN_FOR"), take("PLUGIN_LIFELINE")];
        Environment::read(env::var_os("PLUGIN_SOCKET"), env::var_os("PLUGIN_ADDR"), secret)
    }

    /// The last are PLUGIN_TOKEN, PLUGIN_TOKEN_FOR and PLUGIN_LIFELINE. A variable that is empty is not set (S1).
    pub fn read(
        socket: Option<OsString>,
        addr: Option<OsString>,
        [token, token_for, lifeline]: [Option<OsString>; 3],
    ) -> Result<Self, String> {
        let set = |value: Option<OsString>| value.filter(|value| !value.is_empty());
        let (bound, address) = match (set(socket), set(addr)) {
            (Some(socket), _) => (socket.clone(), Address::Socket(socket.into())),
            (None, Some(addr)) => {
                let text = addr.clone().into_string().map_err(|_| "PLUGIN_ADDR is not valid UTF-8".to_owned())?;
                (addr, Address::Tcp(text))
            }
            (None, None) => return Err(STARTED_BY_HAND.into()),
        };

        let mut remarks = Vec::new();
        let token = match set(token) {
            None => None,
            Some(token) if token_for.as_ref() == Some(&bound) => {
                let text = token.to_str().ok_or("PLUGIN_TOKEN is not text")?;
                Some(Token::parse(text).map_err(|why| format!("PLUGIN_TOKEN is no token: {why}"))?)
            }
            Some(_) => {
                remarks.push(
                    "PLUGIN_TOKEN is meant for another plugin (PLUGIN_TOKEN_FOR is not the address of this one), \
                     and is not used: any host may connect"
                        .into(),
                );
                None
            }
        };
        let lifeline = token.is_some() && lifeline.is_some_and(|value| value == "stdin");
        Ok(Environment { address, token, lifeline, remarks })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: [Option<&str>; 5]) -> Result<Environment, String> {
        let [socket, addr, secret @ ..] = variables.map(|value| value.map(OsString::from));
        Environment::read(socket, addr, secret)
    }

    #[test]
    fn the_socket_wins() {
        let environment = read([Some("/a"), Some("b:1"), None, None, None]).unwrap();
        assert_eq!(environment.address, Address::Socket("/a".into()));
        let environment = read([None, Some("b:1"), None, None, None]).unwrap();
        assert_eq!(environment.address, Address::Tcp("b:1".into()));
    }

    #[test]
    fn without_an_address_it_says_what_it_is() {
        for variables in [[None; 5], [Some(""), Some(""), None, None, None]] {
            assert!(read(variables).err().unwrap().contains("pluginart"));
        }
    }

    #[test]
    fn a_token_counts_where_it_is_meant_for_the_address() {
        let token = "ab".repeat(32);
        let read = |meant_for| read([Some("/a"), Some("b:1"), Some(&token), meant_for, Some("stdin")]).unwrap();
        let environment = read(Some("/a"));
        assert!(environment.token.is_some() && environment.lifeline && environment.remarks.is_empty());
        for other in [None, Some("b:1"), Some("/a/")] {
            let environment = read(other);
            assert!(environment.token.is_none() && !environment.lifeline && environment.remarks.len() == 1);
        }
    }

    #[test]
    fn a_token_that_counts_and_is_none_stops_the_plugin() {
        for token in ["ab", "no digits at all, but long enough"] {
            assert!(read([Some("/a"), None, Some(token), Some("/a"), None]).is_err());
            assert!(read([Some("/a"), None, Some(token), Some("/b"), None]).is_ok());
        }
    }

    #[test]
    fn other_lifelines_are_none() {
        let token = "ab".repeat(32);
        for lifeline in [None, Some("fd3")] {
            assert!(!read([Some("/a"), None, Some(&token), Some("/a"), lifeline]).unwrap().lifeline);
        }
        let without_token = read([Some("/a"), None, Some(""), Some("/a"), Some("stdin")]).unwrap();
        assert!(without_token.token.is_none() && !without_token.lifeline && without_token.remarks.is_empty());
    }
}
