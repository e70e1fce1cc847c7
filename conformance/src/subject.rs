//! Whoever is asked: Portolan in this process, or any program that speaks the driver protocol.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::driver::{Driver, unsigned};
use crate::vector::Outcome;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer that is kept.
const MAX_ANSWER: u64 = 1 << 30;

/// One request of so many is asked twice, to see whether the answer is the same.
const SAMPLE: u64 = 16;

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
    /// The subject answered the same request otherwise when it was asked again.
    Unstable(Box<[Self; 2]>),
}

impl Answer {
    /// The answer in one line, for tables and ledgers.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Outcome(outcome) => outcome.short(),
            Self::Unsupported(reason) => format!("unsupported: {reason}"),
            Self::Crash => "crash".to_owned(),
            Self::Hang => "hang".to_owned(),
            Self::Garbage(_) => "garbage".to_owned(),
            Self::Unstable(answers) => {
                let [first, again] = answers.as_ref();
                format!("unstable: {}, asked again {}", first.short(), again.short())
            }
        }
    }

    fn from_json(value: &Value, id: u64) -> Self {
        let garbage = || Self::Garbage(value.to_string());
        let members = ["ok", "error", "unsupported", "need"];
        let given = members.iter().filter(|member| value.get(**member).is_some()).count();
        if value["id"].as_u64() != Some(id) || given != 1 {
            return garbage();
        }
        if let Some(reason) = value["unsupported"].as_str() {
            return Self::Unsupported(reason.to_owned());
        }
        if let Some(bytes) = unsigned(&value["need"]).filter(|bytes| *bytes > 0) {
            return Self::Outcome(Outcome::Need(bytes));
        }
        if let Some(ok) = value.get("ok") {
            return Self::Outcome(Outcome::Ok(ok.clone()));
        }
        let error = &value["error"];
        let Some(code) = error["code"].as_str() else {
            return garbage();
        };
        let (at, len) = (unsigned(&error["at"]), unsigned(&error["len"]));
        Self::Outcome(Outcome::Error { code: code.to_owned(), at, len })
    }
}

/// An implementation that answers requests.
#[derive(Debug)]
pub struct Subject {
    hello: Hello,
    how: How,
    /// The id of the last request.
    last: u64,
    /// How many requests were asked, not counting those that were asked again.
    asked: u64,
    first: Option<(Map<String, Value>, Answer)>,
    /// What was answered to requests of the operations that the matrix asks, too.
    remembered: BTreeMap<String, Answer>,
    hung: bool,
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
        Self::new(hello, How::InProcess(driver))
    }

    /// A program that speaks the driver protocol; it is started at once.
    ///
    /// # Errors
    ///
    /// Why it cannot be asked, in words.
    pub fn start(command: Vec<String>) -> Result<Self, String> {
        let (process, hello) = Process::greeted(&command)?;
        let hello: Value =
            serde_json::from_str(&hello).map_err(|_| "does not speak JSON".to_owned())?;
        if let Some(reason) = hello["unsupported"].as_str() {
            return Err(reason.to_owned());
        }
        let hello = Hello::from_json(&hello);
        if hello.name.is_empty() {
            return Err("does not say its name".to_owned());
        }
        Ok(Self::new(hello, How::Child { command, process: Some(process) }))
    }

    const fn new(hello: Hello, how: How) -> Self {
        let remembered = BTreeMap::new();
        Self { hello, how, last: 0, asked: 0, first: None, remembered, hung: false }
    }

    /// What the subject says of itself.
    #[must_use]
    pub const fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Whether it is Portolan itself, which has everything that a vector may ask.
    pub(crate) const fn is_portolan(&self) -> bool {
        matches!(self.how, How::InProcess(_))
    }

    /// Whether anything was asked yet.
    pub(crate) const fn was_asked(&self) -> bool {
        self.asked > 0
    }

    /// Asks one request. A subject that dies or hangs is started again for the next one.
    ///
    /// A request now and then is asked twice; [`Answer::Unstable`] when the answers differ.
    pub fn ask(&mut self, request: Map<String, Value>) -> Answer {
        self.asked = self.asked.saturating_add(1);
        let mut answer = self.ask_once(&request);
        if self.asked.checked_rem(SAMPLE) == Some(0) {
            answer = self.ask_again(&request, answer);
        }
        self.hung |= answer == Answer::Hang;
        if request.get("op").and_then(Value::as_str).is_some_and(crate::matrix::is_asked) {
            self.remembered.insert(key(&request), answer.clone());
        }
        if self.asked == 1 {
            self.first = Some((request, answer.clone()));
        }
        answer
    }

    /// Asks the first request again; [`Answer::Unstable`] when the answer is another.
    pub(crate) fn ask_first_again(&mut self) -> Option<Answer> {
        let (request, answer) = self.first.take()?;
        Some(self.ask_again(&request, answer))
            .filter(|answer| matches!(answer, Answer::Unstable(_)))
    }

    /// The answer to a request of the matrix, from memory where it has been asked already.
    ///
    /// Who has hung is asked nothing more: each silence costs seconds.
    pub(crate) fn recall(&mut self, request: Map<String, Value>) -> Option<Answer> {
        match self.remembered.get(&key(&request)) {
            Some(answer) => Some(answer.clone()),
            None if self.hung => None,
            None => Some(self.ask(request)),
        }
    }

    fn ask_again(&mut self, request: &Map<String, Value>, first: Answer) -> Answer {
        if !matches!(first, Answer::Outcome(_) | Answer::Unsupported(_)) {
            return first;
        }
        let again = self.ask_once(request);
        if again == first { first } else { Answer::Unstable(Box::new([first, again])) }
    }

    fn ask_once(&mut self, request: &Map<String, Value>) -> Answer {
        self.last = self.last.saturating_add(1);
        let mut request = request.clone();
        request.insert("id".to_owned(), json!(self.last));
        let line = Value::Object(request).to_string();
        let answer = match &mut self.how {
            How::InProcess(driver) => Ok(driver.answer(line.as_bytes())),
            How::Child { command, process } => ask_child(command, process, line),
        };
        match answer {
            Err(failure) => failure,
            Ok(text) => match serde_json::from_str(&text) {
                Ok(value) => Answer::from_json(&value, self.last),
                Err(_) => Answer::Garbage(text),
            },
        }
    }
}

fn key(request: &Map<String, Value>) -> String {
    serde_json::to_string(request).unwrap_or_default()
}

fn ask_child(
    command: &[String],
    process: &mut Option<Process>,
    line: String,
) -> Result<String, Answer> {
    let running = match process.take() {
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
    /// Requests for the thread that writes: a child that does not read blocks nobody else.
    requests: Option<Sender<String>>,
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
        let (requests, waiting) = channel::<String>();
        if let Some(mut stdin) = child.stdin.take() {
            thread::spawn(move || {
                // A child that is gone is noticed when no answer comes.
                let mut write = |line: String| stdin.write_all(line.as_bytes());
                waiting.into_iter().try_for_each(|line| write(line + "\n"))
            });
        }
        let (sender, lines) = sync_channel(1);
        if let Some(stdout) = child.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            thread::spawn(move || {
                while let Some(line) = next_line(&mut stdout) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Self { child, requests: Some(requests), lines })
    }

    /// Starts a child and greets it; returns its greeting.
    fn greeted(command: &[String]) -> Result<(Self, String), String> {
        let process = Self::start(command)?;
        let hello = process.ask(r#"{"cmd":"hello","protocol":1}"#.to_owned());
        let hello = hello.map_err(|_| "does not answer `hello`".to_owned())?;
        Ok((process, hello))
    }

    fn ask(&self, line: String) -> Result<String, Answer> {
        if let Some(requests) = &self.requests {
            let _ = requests.send(line);
        }
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => Answer::Hang,
            RecvTimeoutError::Disconnected => Answer::Crash,
        })
    }
}

/// The next line without its line feed, cut where it is longer than any answer; `None` at the end.
fn next_line(input: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    if input.by_ref().take(MAX_ANSWER).read_until(b'\n', &mut line).ok()? == 0 {
        return None;
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    Some(String::from_utf8_lossy(line).into_owned())
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
