//! The fields of the query language: names, those of other systems, and what one writes after them.

use crate::ast::{ClassField, DateField, NameField, TextFields};

/// A field by what its values are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Text(TextFields),
    Class(ClassField),
    /// CPC or IPC, as Espacenet's `cl=`.
    AnyClass,
    Name(NameField),
    /// Inventor or applicant, as Espacenet's `ia=`.
    AnyName,
    Date(DateField),
    /// Earliest priority date, or the number of an application whose priority is claimed.
    Priority,
    Country,
    Kind,
    Number,
    Application,
    Family,
    Uspc,
    Cited,
    Citing,
    /// What other systems ask and this index cannot tell.
    Unknown,
}

const TITLE_ABSTRACT: TextFields = TextFields::TITLE.and(TextFields::ABSTRACT);

/// Name, the names of other systems, what people call it who know none of them, and the field.
type Row = (&'static str, &'static [&'static str], &'static [&'static str], Field);

/// The fields that have a name in this language.
const FIELDS: [Row; 24] = [
    ("ti", &["ttl"], &["title"], Field::Text(TextFields::TITLE)),
    ("ab", &["abst"], &["abstract"], Field::Text(TextFields::ABSTRACT)),
    ("cl", &["clm", "aclm", "claims"], &["claim"], Field::Text(TextFields::CLAIMS)),
    ("ic", &[], &["independent"], Field::Text(TextFields::INDEPENDENT)),
    ("desc", &["spec", "detd", "bsum", "dsrx"], &["description"], Field::Text(TextFields::DESCRIPTION)),
    ("ta", &["tiab"], &[], Field::Text(TITLE_ABSTRACT)),
    ("tac", &[], &[], Field::Text(TITLE_ABSTRACT.and(TextFields::CLAIMS))),
    ("full", &["ftxt", "txt"], &["text", "all"], Field::Text(TextFields::FULL)),
    ("pa", &["as", "asnm", "aanm", "assignee"], &["applicant", "owner"], Field::Name(NameField::Assignee)),
    ("in", &["inv", "inventor"], &["author"], Field::Name(NameField::Inventor)),
    ("ex", &["xp", "xa", "exp", "exa"], &["examiner"], Field::Name(NameField::Examiner)),
    ("pn", &["did"], &["number"], Field::Number),
    ("an", &["ap", "apn"], &["application"], Field::Application),
    ("pr", &["prn", "prd", "prad"], &["priority"], Field::Priority),
    ("fam", &["famn"], &["family"], Field::Family),
    ("cc", &["country", "pnctry"], &["office"], Field::Country),
    ("kind", &["kd"], &[], Field::Kind),
    ("cpc", &["cpci", "cpca", "cpcr"], &["class"], Field::Class(ClassField::Cpc)),
    ("ipc", &["cipc", "icl"], &[], Field::Class(ClassField::Ipc)),
    ("uspc", &["ccls", "clas"], &[], Field::Uspc),
    ("cited", &["ct", "urpn"], &["cites"], Field::Cited),
    ("citing", &[], &[], Field::Citing),
    ("pd", &["py", "isd"], &["date", "published"], Field::Date(DateField::Publication)),
    ("ad", &["ay", "apd", "fd"], &["filed", "filing"], Field::Date(DateField::Filing)),
];

/// Names of other systems without one of ours.
const OTHERS: [(&str, Field); 8] = [
    ("ia", Field::AnyName),
    ("language", Field::Unknown),
    ("lang", Field::Unknown),
    ("status", Field::Unknown),
    ("type", Field::Unknown),
    ("litigation", Field::Unknown),
    ("is", Field::Unknown),
    ("dbnm", Field::Unknown),
];

/// The field of a name, in upper or lower case.
pub(crate) fn by_name(name: &str) -> Option<Field> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
    let own = FIELDS.iter().find(|(own, others, ..)| is_it(own) || others.iter().any(&is_it));
    let own = own.map(|(.., field)| *field);
    own.or_else(|| OTHERS.iter().find(|(known, _)| is_it(known)).map(|(_, field)| *field))
}

/// Whether all of the names, between commas, are fields.
pub(crate) fn are_names(names: &str) -> bool {
    names.split(',').all(|name| by_name(name).is_some())
}

/// Whether the name is that of a date.
pub(crate) fn is_date(name: &str) -> bool {
    matches!(by_name(name), Some(Field::Date(_) | Field::Priority))
}

/// What to write instead of a name that is none.
pub(crate) fn advice(name: &str) -> String {
    let all = || format!("the fields are {}", names().collect::<Vec<_>>().join(" "));
    let instead = nearest(name).map_or_else(all, |field| format!("did you mean {field}:?"));
    // A question mark ends what it stands behind.
    let sign = if instead.ends_with('?') { "" } else { ";" };
    format!("{instead}{sign} a blank after the colon makes it text")
}

/// What to write instead of a name between dots, which stands for text no less often.
pub(crate) fn advice_on_suffix(name: &str) -> String {
    let all = || format!("the fields are {}", names().collect::<Vec<_>>().join(" "));
    nearest(name).map_or_else(all, |field| format!("did you mean .{field}.?"))
}

/// The field whose name is a letter away, or that people call so or nearly so.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let away = |known: &str| strsim::damerau_levenshtein(known, &name);
    let near = FIELDS.iter().filter_map(|(short, others, long, _)| {
        let long = others.iter().chain(*long).filter(|known| known.len() > 4);
        let long = long.map(|known| away(known)).min().filter(|letters| *letters <= 2);
        let short_away = Some(away(short)).filter(|letters| *letters <= 1);
        Some((long.into_iter().chain(short_away).min()?, *short))
    });
    near.min_by_key(|(letters, _)| *letters).map(|(_, field)| field)
}

/// The names of the fields of this language, for completion and help.
pub fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, ..)| *name)
}

impl Field {
    /// Its name in this language.
    pub(crate) fn name(self) -> &'static str {
        FIELDS.iter().find(|(.., field)| *field == self).map_or("cl", |(name, ..)| name)
    }

    /// How a value is written.
    pub(crate) fn example(self) -> String {
        let name = self.name();
        match self {
            Self::Text(TextFields::FULL) => "graphene".to_owned(),
            Self::Text(_) => format!("{name}:graphene"),
            Self::Class(_) | Self::AnyClass => format!("{name}:H01M, {name}:H01M4 or {name}:H01M4/13"),
            Self::Name(NameField::Assignee) => "pa:siemens or pa:\"general electric\"".to_owned(),
            Self::Name(_) | Self::AnyName => format!("{name}:lovelace or {name}:\"ada lovelace\""),
            Self::Date(_) => format!("{name}<2015-01-01, {name}:2010..2015 or {name}=2014"),
            Self::Priority => "pr<2015-01-01, pr:2010..2015 or pr:US61123456".to_owned(),
            Self::Country => "cc:US".to_owned(),
            Self::Kind => "kind:B2 or kind:B".to_owned(),
            Self::Application => "an:US12345678".to_owned(),
            Self::Family => "fam:US8926509B2".to_owned(),
            Self::Uspc => "uspc:403/396 or uspc:403".to_owned(),
            Self::Number | Self::Cited | Self::Citing => format!("{name}:US8926509B2"),
            Self::Unknown => "it stands in another system".to_owned(),
        }
    }
}
