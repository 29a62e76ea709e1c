//! The index as its users see it: on disk, in a directory, across commits, crashes and damage.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]

mod backup;
mod check;
mod commit;
mod compact;
mod embed;
mod keyword;
mod nearest;
mod support;
