//! What a caller may ask of strict text beyond the grammar.

/// Options of the readers and printers of endpoints.
///
/// The grammar stays strict: an option says what the text is for.
///
/// ```
/// use portolan::addr::{Endpoint, TextOptions};
/// let options = TextOptions::new().with_default_port(53).with_listen(true);
/// assert_eq!(Endpoint::parse_with(b"*", &options)?, Endpoint::parse_with(b"*:53", &options)?);
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TextOptions {
    /// The port of a host that is written without one.
    pub default_port: Option<u16>,
    /// Whether the text is an address to listen on, so that `*` is a host.
    pub listen: bool,
}

impl TextOptions {
    /// The options of `parse` and `format`: no default port, not a listen address.
    #[must_use]
    pub const fn new() -> Self {
        Self { default_port: None, listen: false }
    }

    /// Sets the port of a host that is written without one.
    #[must_use]
    pub const fn with_default_port(mut self, port: u16) -> Self {
        self.default_port = Some(port);
        self
    }

    /// Sets whether the text is an address to listen on.
    #[must_use]
    pub const fn with_listen(mut self, listen: bool) -> Self {
        self.listen = listen;
        self
    }
}
