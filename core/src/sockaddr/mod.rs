//! sockaddr.
