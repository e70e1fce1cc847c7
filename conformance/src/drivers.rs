//! The drivers of this project: what each of them needs, how it is built and how it is started.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::subject::Subject;
use crate::{load, output};

/// A driver of another implementation.
struct Known {
    name: &'static str,
    /// Programs that must be on the machine.
    needs: &'static [&'static str],
    /// The file that is built, its source, and the command.
    built: Option<(&'static str, &'static str, &'static [&'static str])>,
    /// The command that starts it; `./` is the folder of the drivers.
    run: &'static [&'static str],
}

/// A driver in Python that runs its program, or loads its library, with `preload.so`.
macro_rules! preloaded {
    ($name:literal, $script:literal $(, $program:literal)?) => {
        Known {
            name: $name,
            needs: &["python3", $($program)?],
            built: Some((
                "preload.so",
                "preload.c",
                &["cc", "-shared", "-fPIC", "-O1", "-o", "preload.so", "preload.c"],
            )),
            run: &["python3", $script],
        }
    };
}

static KNOWN: &[Known] = &[
    Known {
        name: "glibc",
        needs: &[],
        built: Some(("glibc", "glibc.c", &["cc", "-O1", "-DGLIBC", "-o", "glibc", "glibc.c"])),
        run: &["./glibc"],
    },
    Known {
        name: "musl",
        needs: &[],
        built: Some(("musl", "glibc.c", &["musl-gcc", "-O1", "-o", "musl", "glibc.c"])),
        run: &["./musl"],
    },
    Known { name: "python", needs: &["python3"], built: None, run: &["python3", "./python.py"] },
    Known { name: "node", needs: &["node"], built: None, run: &["node", "./node.js"] },
    Known {
        name: "go",
        needs: &[],
        built: Some(("go", "go.go", &["go", "build", "-o", "go", "go.go"])),
        run: &["./go"],
    },
    Known {
        name: "java",
        needs: &["java"],
        built: Some(("Driver.class", "java.java", &["javac", "-d", ".", "java.java"])),
        run: &["java", "-XX:TieredStopAtLevel=1", "-cp", "./", "Driver"],
    },
    Known { name: "ruby", needs: &["ruby"], built: None, run: &["ruby", "./ruby.rb"] },
    Known { name: "php", needs: &["php"], built: None, run: &["php", "./php.php"] },
    Known { name: "perl", needs: &["perl"], built: None, run: &["perl", "./perl.pl"] },
    preloaded!("nginx", "./nginx.py", "nginx"),
    preloaded!("haproxy", "./haproxy.py", "haproxy"),
    preloaded!("systemd", "./systemd.py", "systemd-socket-activate"),
    preloaded!("libpq", "./libpq.py"),
    preloaded!("mariadb", "./mariadb.py", "mariadb"),
    preloaded!("zeromq", "./zeromq.py"),
    Known { name: "curl", needs: &["python3"], built: None, run: &["python3", "./curl.py"] },
];

/// The implementations that have a driver here.
pub fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.name)
}

/// Writes the drivers of this release to a folder.
///
/// # Errors
///
/// What writing files may fail with.
pub fn write(folder: &Path) -> io::Result<()> {
    output::make_folder(folder)?;
    for (name, text) in load::drivers() {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(before) if before == *text => {}
            _ => output::write(&path, text)?,
        }
    }
    Ok(())
}

/// Builds a driver that [`write`](fn@write) has written, where it is built, and starts it.
///
/// # Errors
///
/// Why the implementation cannot be asked on this machine, in words.
pub fn start(name: &str, folder: &Path) -> Result<Subject, String> {
    let known = KNOWN.iter().find(|known| known.name == name);
    let known = known.ok_or_else(|| "there is no such driver".to_owned())?;
    for program in known.needs {
        if !is_here(program) {
            return Err(format!("{program} is not on this machine"));
        }
    }
    if let Some((file, source, command)) = known.built {
        build(folder, file, source, command)?;
    }
    let place = |word: &&str| match word.strip_prefix("./") {
        Some(file) => folder.join(file).to_string_lossy().into_owned(),
        None => (*word).to_owned(),
    };
    Subject::start(known.run.iter().map(place).collect())
}

fn is_here(program: &str) -> bool {
    let quiet = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // Whether it knows the option does not matter.
    quiet.is_ok()
}

/// Builds a file, unless it is there and newer than its source.
fn build(folder: &Path, file: &str, source: &str, command: &[&str]) -> Result<(), String> {
    let time = |name| fs::metadata(folder.join(name)).and_then(|data| data.modified()).ok();
    if time(file) >= time(source) && time(file).is_some() {
        return Ok(());
    }
    let (program, arguments) = command.split_first().unwrap_or((&"", &[]));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|_| format!("{program} is not on this machine"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("does not compile: {}", text.lines().next().unwrap_or_default()))
}
