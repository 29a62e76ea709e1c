//! Pages for people.
//!
//! Each is a function from what was found to HTML ([`maud`] escapes all text), and the address of each holds
//! all of its state. They work without their script, which adds keys and comforts.

mod address;
mod asked;
mod assets;
mod chart;
mod compare;
mod export;
mod help;
mod home;
mod landscape;
mod layout;
mod passage;
mod patent;
mod routes;
mod search;
mod trouble;

pub(crate) use self::routes::{not_found, routes};
