//! The plugin's side of the handshake (sections 4.2 and 5): what a request is answered with.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::control::{write_accepted, write_refused, Accept, HandshakeRequest};
use crate::failure::{CONTRACT_MISMATCH, PROTOCOL_VIOLATION, UNAUTHENTICATED, UNAVAILABLE};
use crate::proof::Token;

/// What this side receives (V2-N3).
#[derive(Clone, Copy)]
pub struct Limits {
    pub max_message_bytes: u32,
    pub max_concurrent_calls: u32,
}

pub struct Identity {
    pub contract_hash: String,
    pub runtime: String,
    pub limits: Limits,
    /// One that counts (S9).
    pub token: Option<Token>,
    /// Those of right proofs (V2-T2).
    pub nonces: Mutex<HashSet<Vec<u8>>>,
}

#[derive(Debug)]
pub enum Verdict {
    Version1 {
        response: Vec<u8>,
    },
    Version2 {
        response: Vec<u8>,
        host_max_message_bytes: u32,
    },
    Refused {
        response: Vec<u8>,
        why: String,
    },
    /// Without a reply.
    Closed {
        why: String,
    },
}

const LEAST_MESSAGE: u32 = 1024;
const WIDEST_WINDOW: u32 = 2_147_483_647;

fn refused(code: u16, why: &str, accept: Option<&Accept>) -> Verdict {
    Verdict::Refused { response: write_refused(code, why, accept), why: why.to_owned() }
}

impl Identity {
    fn accept(&self) -> Accept<'_> {
        Accept {
            version: None,
            proof: None,
            max_message_bytes: None,
            max_concurrent_calls: None,
            runtime: &self.runtime,
            contract_hash: &self.contract_hash,
        }
    }

    /// The answer to a request, checked in the order of V2-N11. `pending` is how many bytes have come after it;
    /// `stopping` is whether the plugin is.
    pub fn answer(&self, request: &HandshakeRequest, pending: usize, stopping: bool) -> Verdict {
        let offer = request.offer.as_ref().filter(|offer| offer.versions.contains(&2));

        let mut proof = None;
        if let Some(token) = &self.token {
            let Some(offer) = offer else {
                let why = "this plugin was started for another host: it wants a proof, which pluginart's version 2 \
                           makes and this host did not";
                return refused(UNAUTHENTICATED, why, None);
            };
            let (Some(nonce), Some(host)) = (&offer.nonce, &offer.proof) else {
                return refused(UNAUTHENTICATED, "this plugin wants a proof, and the offer has none", None);
            };
            if nonce.len() != 16 || !token.is_host_proof(host, nonce, &request.contract_hash) {
                return refused(UNAUTHENTICATED, "the proof is wrong: this plugin was started for another host", None);
            }
            if !self.nonces.lock().expect("no panic holds the nonces").insert(nonce.clone()) {
                return refused(UNAUTHENTICATED, "the proof has been used before", None);
            }
            proof = Some(token.plugin_proof(nonce, host));
        }

        if request.contract_hash != self.contract_hash {
            let accept = self.accept();
            return refused(CONTRACT_MISMATCH, "contract hash mismatch", offer.map(|_| &accept));
        }
        if let Some(offer) = offer {
            if offer.max_message_bytes < LEAST_MESSAGE {
                let why =
                    format!("max_message_bytes is {}, and must be at least {LEAST_MESSAGE}", offer.max_message_bytes);
                return refused(PROTOCOL_VIOLATION, &why, None);
            }
            if offer.stream_window > WIDEST_WINDOW {
                let why = format!("stream_window is {}, and must be at most {WIDEST_WINDOW}", offer.stream_window);
                return refused(PROTOCOL_VIOLATION, &why, None);
            }
        }
        if stopping {
            return refused(UNAVAILABLE, "this plugin is shutting down", None);
        }
        let Some(offer) = offer else { return Verdict::Version1 { response: write_accepted(None) } };
        if pending > 0 {
            return Verdict::Closed { why: format!("{pending} bytes came before the offer was answered (V2-N6)") };
        }
        let accept = Accept {
            version: Some(2),
            proof: proof.as_deref(),
            max_message_bytes: Some(self.limits.max_message_bytes),
            max_concurrent_calls: Some(self.limits.max_concurrent_calls),
            ..self.accept()
        };
        Verdict::Version2 { response: write_accepted(Some(&accept)), host_max_message_bytes: offer.max_message_bytes }
    }
}
