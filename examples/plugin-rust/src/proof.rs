//! The token (S8 to S10), and the proofs that are made with it (section 5.1).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

pub struct Token(Vec<u8>);

impl Token {
    /// 16 to 64 bytes in hexadecimal digits of either case.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
        match digits {
            Some(digits) if digits.len() % 2 == 0 && (32..=128).contains(&digits.len()) => {
                Ok(Token(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()))
            }
            _ => Err("it must be an even number of hexadecimal digits that stand for 16 to 64 bytes".into()),
        }
    }

    fn mac(&self, label: &str, parts: [&[u8]; 2]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(label.as_bytes());
        mac.update(&[0]);
        parts.into_iter().for_each(|part| mac.update(part));
        mac
    }

    /// Whether `proof` is the host's (V2-T1), compared in constant time.
    pub fn is_host_proof(&self, proof: &[u8], nonce: &[u8], contract_hash: &str) -> bool {
        self.mac("pluginart host", [nonce, contract_hash.as_bytes()]).verify_slice(proof).is_ok()
    }

    /// The plugin's proof (V2-T3).
    pub fn plugin_proof(&self, nonce: &[u8], host_proof: &[u8]) -> Vec<u8> {
        self.mac("pluginart plugin", [nonce, host_proof]).finalize().into_bytes().to_vec()
    }
}

/// `sha256:` and the digest of the schema's bytes in lowercase hexadecimal digits.
pub fn contract_hash(schema: &[u8]) -> String {
    let digits: String = Sha256::digest(schema).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
