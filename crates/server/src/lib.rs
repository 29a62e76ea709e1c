//! An index on the web: pages for people, an API for programs.
