//! Both framings, and what tells them apart.
