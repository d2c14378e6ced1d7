//! How a handler sees its deadline and is told to stop (V2-D2, V2-D4, V2-D8).

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::failure::{Failure, CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Cancelled,
    DeadlineExceeded,
    /// The connection or the whole plugin is ending.
    Ending,
}

impl Reason {
    /// What a handler that stops because of it fails with.
    pub fn failure(self) -> Failure {
        match self {
            Reason::Cancelled => Failure::runtime(CANCELLED, "the caller gave up"),
            Reason::DeadlineExceeded => Failure::runtime(DEADLINE_EXCEEDED, "the time for the call ran out"),
            Reason::Ending => Failure::runtime(UNAVAILABLE, "the connection is ending"),
        }
    }
}

#[derive(Clone)]
pub struct Stop {
    told: Arc<(Mutex<Option<Reason>>, Condvar)>,
    deadline: Option<Instant>,
}

impl Stop {
    pub fn new(deadline: Option<Instant>) -> Self {
        Stop { told: Arc::default(), deadline }
    }

    /// The first reason stays.
    pub fn tell(&self, reason: Reason) {
        self.told.0.lock().expect("no panic holds a stop").get_or_insert(reason);
        self.told.1.notify_all();
    }

    /// Waits until the handler must stop, or for `at_most`, and says why it must.
    pub fn wait(&self, at_most: Duration) -> Option<Reason> {
        let now = Instant::now();
        let until = now.checked_add(at_most).unwrap_or(now + Duration::from_secs(86_400));
        let mut told = self.told.0.lock().expect("no panic holds a stop");
        loop {
            let now = Instant::now();
            if told.is_some() {
                return *told;
            }
            if self.deadline.is_some_and(|deadline| now >= deadline) {
                return Some(Reason::DeadlineExceeded);
            }
            if now >= until {
                return None;
            }
            let next = self.deadline.map_or(until, |deadline| deadline.min(until));
            told = self.told.1.wait_timeout(told, next - now).expect("no panic holds a stop").0;
        }
    }
}
