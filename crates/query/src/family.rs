//! Families: one hit for all publications of an invention.

use std::collections::{BTreeSet, HashMap};

use priorart_index::{PatentId, Reader};
use tantivy::DocAddress;
use tantivy::columnar::StrColumn;
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocSet, TERMINATED};

use crate::error::QueryError;
use crate::options::Family;

/// Says which family a patent belongs to. What it finds out it keeps.
pub(crate) struct Families<'a> {
    reader: &'a Reader,
    kind: Family,
    /// Where the patents are in the keyword index.
    addresses: HashMap<PatentId, DocAddress>,
    /// Extended families that were gone through: an application and the family's name.
    known: HashMap<String, String>,
}

impl<'a> Families<'a> {
    pub(crate) fn new(reader: &'a Reader, kind: Family) -> Result<Self, QueryError> {
        let addresses = if kind == Family::Each { HashMap::new() } else { addresses(reader)? };
        Ok(Self { reader, kind, addresses, known: HashMap::new() })
    }

    /// The name of a patent's family; one that is of none is a family by itself.
    pub(crate) fn name(&mut self, id: PatentId) -> Result<String, QueryError> {
        let alone = || format!("{}-{}", id.segment, id.ordinal);
        let Some(address) = self.addresses.get(&id).copied() else {
            return Ok(alone());
        };
        let name = match self.kind {
            Family::Each => None,
            Family::Simple => self.texts(address, "family")?.into_iter().next(),
            Family::Extended => match self.texts(address, "applications")?.into_iter().next() {
                Some(application) => Some(self.extended(application)?),
                None => None,
            },
        };
        Ok(name.unwrap_or_else(alone))
    }

    /// The patents of one family, itself among them.
    pub(crate) fn members(&mut self, id: PatentId) -> Result<Vec<PatentId>, QueryError> {
        let Some(address) = self.addresses.get(&id).copied() else {
            return Ok(vec![id]);
        };
        let keyword = self.reader.keyword();
        let mut found = BTreeSet::from([id]);
        for application in self.reached(self.texts(address, "applications")?)? {
            for address in self.with_term(keyword.fields().applications, &application)? {
                found.insert(self.patent(address)?);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The name of the family that an application belongs to: its first application.
    fn extended(&mut self, application: String) -> Result<String, QueryError> {
        if let Some(name) = self.known.get(&application) {
            return Ok(name.clone());
        }
        let all = self.reached(vec![application])?;
        let name = all.first().cloned().unwrap_or_default();
        self.known.extend(all.into_iter().map(|one| (one, name.clone())));
        Ok(name)
    }

    /// All applications that patents of the index tie to these, directly or over others.
    fn reached(&self, from: Vec<String>) -> Result<BTreeSet<String>, QueryError> {
        let field = self.reader.keyword().fields().applications;
        let (mut all, mut next) = (BTreeSet::new(), from);
        while let Some(application) = next.pop() {
            if all.insert(application.clone()) {
                for address in self.with_term(field, &application)? {
                    next.extend(self.texts(address, "applications")?);
                }
            }
        }
        Ok(all)
    }

    fn with_term(&self, field: Field, text: &str) -> Result<Vec<DocAddress>, QueryError> {
        let mut found = Vec::new();
        for (at, segment) in self.reader.keyword().searcher().segment_readers().iter().enumerate() {
            let term = Term::from_field_text(field, text);
            let index = segment.inverted_index(field)?;
            let Some(mut postings) =
                index.read_postings(&term, IndexRecordOption::Basic).map_err(tantivy::TantivyError::from)?
            else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(at as u32, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    fn texts(&self, address: DocAddress, field: &str) -> Result<Vec<String>, QueryError> {
        let segment = self.reader.keyword().searcher().segment_reader(address.segment_ord);
        let column: Option<StrColumn> = segment.fast_fields().str(field)?;
        let Some(column) = column else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for ordinal in column.term_ords(address.doc_id) {
            let mut text = String::new();
            column.ord_to_str(ordinal, &mut text).map_err(tantivy::TantivyError::from)?;
            found.push(text);
        }
        Ok(found)
    }

    fn patent(&self, address: DocAddress) -> Result<PatentId, QueryError> {
        let keyword = self.reader.keyword();
        let segment = keyword.searcher().segment_reader(address.segment_ord);
        Ok(keyword.ids(segment)?.patent(address.doc_id))
    }
}

fn addresses(reader: &Reader) -> Result<HashMap<PatentId, DocAddress>, QueryError> {
    let keyword = reader.keyword();
    let mut found = HashMap::new();
    for (at, segment) in keyword.searcher().segment_readers().iter().enumerate() {
        let ids = keyword.ids(segment)?;
        let alive = segment.doc_ids_alive();
        found.extend(alive.map(|document| (ids.patent(document), DocAddress::new(at as u32, document))));
    }
    Ok(found)
}
