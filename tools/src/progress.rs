//! A bar on standard error, for work that takes longer than a second, on a terminal only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a work may take without a bar.
const QUIET: Duration = Duration::from_secs(1);

/// The progress of a work.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    shown: bool,
    bar: ProgressBar,
}

impl Progress {
    /// Of so many bytes, where it is known how many there are.
    pub(crate) fn of_bytes(len: Option<u64>) -> Self {
        match len {
            Some(_) => Self::new(len, "{bar:30} {percent}%  {bytes}  {bytes_per_sec}  {eta} left"),
            None => Self::new(None, "{bytes}  {bytes_per_sec}"),
        }
    }

    /// Of checks, of which the number is known once the first is done.
    pub(crate) fn of_checks() -> Self {
        Self::new(Some(0), "{bar:30} {percent}%  {pos} checks  {per_sec}  {eta} left")
    }

    fn new(len: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(len, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { begun: Instant::now(), shown: false, bar }
    }

    /// Says how much is done.
    pub(crate) fn at(&mut self, position: u64) {
        if !self.shown && self.begun.elapsed() > QUIET {
            self.shown = true;
            // Hides itself where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        }
        self.bar.set_position(position);
    }

    /// Says how much is done, and of how much.
    pub(crate) fn at_of(&mut self, position: u64, len: u64) {
        self.bar.set_length(len);
        self.at(position);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
