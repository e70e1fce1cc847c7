//! Whoever is asked: Portolan in this process, or any program that speaks the driver protocol.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::driver::Driver;
use crate::vector::Outcome;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a subject says of itself.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Hello {
    /// The name, also that of its ledger.
    pub name: String,
    /// The version.
    pub version: String,
    /// The operations it has.
    pub ops: Vec<String>,
    /// The dialects it reads.
    pub dialects: Vec<String>,
    /// The types of framers it has.
    pub framers: Vec<String>,
    /// The layouts it knows.
    pub abis: Vec<String>,
    /// Operations in which it has one behaviour, and the dialect it is judged in.
    pub native: Map<String, Value>,
    /// What of it answers in a dialect, such as the name of a function.
    pub labels: Map<String, Value>,
}

impl Hello {
    fn from_json(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let list = |name: &str| {
            let items = value[name].as_array().into_iter().flatten();
            items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        Self {
            name: text("name"),
            version: text("version"),
            ops: list("ops"),
            dialects: list("dialects"),
            framers: list("framers"),
            abis: list("abis"),
            native: value["native"].as_object().cloned().unwrap_or_default(),
            labels: value["labels"].as_object().cloned().unwrap_or_default(),
        }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// An answer of the protocol.
    Outcome(Outcome),
    /// The subject does not have what was asked for.
    Unsupported(String),
    /// The subject died of the request.
    Crash,
    /// The subject gave no answer in time.
    Hang,
    /// The subject answered something that is no answer.
    Garbage(String),
}

impl Answer {
    /// The answer in one line, for tables and ledgers.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Outcome(outcome) => outcome.short(),
            Self::Unsupported(_) => "unsupported".to_owned(),
            Self::Crash => "crash".to_owned(),
            Self::Hang => "hang".to_owned(),
            Self::Garbage(_) => "garbage".to_owned(),
        }
    }

    fn from_json(value: &Value, id: u64) -> Self {
        let garbage = || Self::Garbage(value.to_string());
        if value["id"].as_u64() != Some(id) {
            return garbage();
        }
        if let Some(reason) = value["unsupported"].as_str() {
            return Self::Unsupported(reason.to_owned());
        }
        if let Some(bytes) = value["need"].as_u64() {
            return Self::Outcome(Outcome::Need(bytes));
        }
        if let Some(ok) = value.get("ok") {
            return Self::Outcome(Outcome::Ok(ok.clone()));
        }
        let error = &value["error"];
        let Some(code) = error["code"].as_str() else {
            return garbage();
        };
        let (at, len) = (error["at"].as_u64(), error["len"].as_u64());
        Self::Outcome(Outcome::Error { code: code.to_owned(), at, len })
    }
}

/// An implementation that answers requests.
#[derive(Debug)]
pub struct Subject {
    hello: Hello,
    how: How,
    next: u64,
}

#[derive(Debug)]
enum How {
    InProcess(Driver),
    Child { command: Vec<String>, process: Option<Process> },
}

impl Subject {
    /// Portolan itself.
    #[must_use]
    pub fn in_process() -> Self {
        let driver = Driver::new();
        let hello = driver.answer(br#"{"cmd":"hello","protocol":1}"#);
        let hello = Hello::from_json(&serde_json::from_str(&hello).unwrap_or_default());
        Self { hello, how: How::InProcess(driver), next: 0 }
    }

    /// A program that speaks the driver protocol; it is started at once.
    ///
    /// # Errors
    ///
    /// Why it cannot be asked, in words.
    pub fn start(command: Vec<String>) -> Result<Self, String> {
        let (process, hello) = Process::greeted(&command)?;
        let hello = serde_json::from_str(&hello).map_err(|_| "does not speak JSON".to_owned())?;
        let hello = Hello::from_json(&hello);
        if hello.name.is_empty() {
            return Err("does not say its name".to_owned());
        }
        Ok(Self { hello, how: How::Child { command, process: Some(process) }, next: 0 })
    }

    /// What the subject says of itself.
    #[must_use]
    pub const fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Asks one request. A subject that dies or hangs is started again for the next one.
    pub fn ask(&mut self, mut request: Map<String, Value>) -> Answer {
        self.next = self.next.saturating_add(1);
        request.insert("id".to_owned(), json!(self.next));
        let line = Value::Object(request).to_string();
        let answer = match &mut self.how {
            How::InProcess(driver) => Ok(driver.answer(line.as_bytes())),
            How::Child { command, process } => ask_child(command, process, &line),
        };
        match answer {
            Err(failure) => failure,
            Ok(text) => match serde_json::from_str(&text) {
                Ok(value) => Answer::from_json(&value, self.next),
                Err(_) => Answer::Garbage(text),
            },
        }
    }
}

fn ask_child(
    command: &[String],
    process: &mut Option<Process>,
    line: &str,
) -> Result<String, Answer> {
    let mut running = match process.take() {
        Some(running) => running,
        None => Process::greeted(command).map_err(|_| Answer::Crash)?.0,
    };
    let answer = running.ask(line)?;
    *process = Some(running);
    Ok(answer)
}

/// A running child; killed when it is dropped.
#[derive(Debug)]
struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    fn start(command: &[String]) -> Result<Self, String> {
        let (program, arguments) = command.split_first().ok_or("an empty command")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Self { stdin: child.stdin.take(), child, lines })
    }

    /// Starts a child and greets it; returns its greeting.
    fn greeted(command: &[String]) -> Result<(Self, String), String> {
        let mut process = Self::start(command)?;
        let hello = process.ask(r#"{"cmd":"hello","protocol":1}"#);
        let hello = hello.map_err(|_| "does not answer `hello`".to_owned())?;
        Ok((process, hello))
    }

    fn ask(&mut self, line: &str) -> Result<String, Answer> {
        // A child that is gone is noticed when no answer comes.
        if let Some(stdin) = &mut self.stdin {
            let _ = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        }
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => Answer::Hang,
            RecvTimeoutError::Disconnected => Answer::Crash,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
