//! A bar on standard error, for work that takes longer than a second, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a work may take without a bar.
const QUIET: Duration = Duration::from_secs(1);

/// The progress of a work.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    shown: bool,
    /// Whether nothing else is written where the bar would be.
    alone: bool,
    bar: ProgressBar,
}

impl Progress {
    /// Of so many bytes, where it is known how many there are.
    ///
    /// There is no bar where standard output, too, is a terminal: what is written in the meantime
    /// would stand in the middle of it.
    pub(crate) fn of_bytes(len: Option<u64>) -> Self {
        Self::beside_output(len, io::stdout().is_terminal())
    }

    fn beside_output(len: Option<u64>, is_terminal: bool) -> Self {
        let template = match len {
            Some(_) => "{bar:30} {percent}%  {bytes}  {bytes_per_sec}  {eta} left",
            None => "{bytes}  {bytes_per_sec}",
        };
        Self { alone: !is_terminal, ..Self::new(len, template) }
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
        Self { begun: Instant::now(), shown: false, alone: true, bar }
    }

    /// Says how much is done.
    pub(crate) fn at(&mut self, position: u64) {
        if self.alone && !self.shown && self.begun.elapsed() > QUIET {
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

    /// Does something, such as writing to standard error, with the bar out of the way.
    pub(crate) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_does_not_stand_among_the_output() {
        for (is_terminal, shown) in [(true, false), (false, true)] {
            let mut progress = Progress::beside_output(None, is_terminal);
            progress.at(1);
            assert!(!progress.shown, "within the first second");
            progress.begun = Instant::now().checked_sub(2 * QUIET).unwrap();
            progress.at(2);
            assert_eq!(progress.shown, shown);
        }
    }
}
