//! What must hold, as queries of tantivy's and places of words joined by operators.

use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};
use tantivy::schema::Field;

use crate::spans::Spans;

/// Conditions on documents. What needs no places is one query of tantivy's, however it is nested.
#[derive(Debug)]
pub(crate) enum Clause {
    /// What tantivy answers from its lists of documents.
    Query(Box<dyn Query>),
    /// Words by their places in a field.
    Places(Field, Spans),
    And(Vec<Clause>),
    Or(Vec<Clause>),
    /// One and not the other: out of AND, OR and NOT it would name both sides twice, and a row of them double at
    /// each.
    Xor(Box<[Clause; 2]>),
    Not(Box<Clause>),
}

impl Clause {
    pub(crate) fn query(query: impl Query) -> Self {
        Self::Query(Box::new(query))
    }

    /// Everything, where there are none.
    pub(crate) fn all(clauses: Vec<Self>) -> Self {
        Self::join(clauses, Self::And, |queries| {
            if queries.is_empty() {
                Self::query(AllQuery)
            } else {
                Self::query(BooleanQuery::intersection(queries))
            }
        })
    }

    /// Nothing, where there are none.
    pub(crate) fn any(clauses: Vec<Self>) -> Self {
        Self::join(clauses, Self::Or, |queries| Self::query(BooleanQuery::union(queries)))
    }

    pub(crate) fn not(clause: Self) -> Self {
        match clause {
            // A query of exclusions alone would match nothing.
            Self::Query(query) => Self::query(BooleanQuery::new(vec![
                (Occur::Must, Box::new(AllQuery) as Box<dyn Query>),
                (Occur::MustNot, query),
            ])),
            other => Self::Not(Box::new(other)),
        }
    }

    /// Makes one of those that are queries, which goes before the others: it is quicker than places.
    fn join(
        clauses: Vec<Self>,
        join: fn(Vec<Self>) -> Self,
        combine: impl Fn(Vec<Box<dyn Query>>) -> Self,
    ) -> Self {
        let (mut queries, mut joined) = (Vec::new(), Vec::new());
        for clause in clauses {
            match clause {
                Self::Query(query) => queries.push(query),
                other => joined.push(other),
            }
        }
        let combined = match queries.len() {
            0 if !joined.is_empty() => None,
            1 => queries.pop().map(Self::Query),
            _ => Some(combine(queries)),
        };
        joined.splice(0..0, combined);
        if joined.len() == 1 { joined.remove(0) } else { join(joined) }
    }
}
