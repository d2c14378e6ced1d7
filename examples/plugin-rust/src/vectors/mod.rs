//! Tests against protocol/vectors, the data that all implementations are tested against.

mod control_messages;
mod exchanges;
mod frames;
mod handshakes;
mod version_1;

use serde_json::Value;

/// The vectors of a file under `key`.
fn load(file: &str, key: &str) -> Vec<Value> {
    let path = format!("{}/../../protocol/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: Value = serde_json::from_str(&text).expect("vectors are JSON");
    let vectors = file[key].as_array().expect("a list of vectors").clone();
    assert!(!vectors.is_empty(), "no vectors in {path} under {key}");
    vectors
}

fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "an odd number of digits: {text}");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

/// Hexadecimal digits, or a list of such and of repetitions.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => hex(text),
        Value::Array(parts) => parts.iter().flat_map(bytes).collect(),
        Value::Object(part) => {
            hex(part["repeat"].as_str().unwrap()).repeat(part["times"].as_u64().unwrap().try_into().unwrap())
        }
        _ => panic!("no bytes: {value}"),
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("no number: {value}"))
}
