//! A person or an organisation with an address, in all XML formats of the office.

use crate::fault::Fault;
use crate::patent::Party;
use crate::xml::{Event, Tag, Xml, line_text};

/// What an element says of a party.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It holds the other elements.
    Wrapper,
    Organisation,
    /// A part of a person's name, by its place in the whole.
    Person(usize),
    City,
    /// A state of the United States.
    State,
    Country,
    /// Nothing that is kept.
    None,
}

/// Reads a party; `None` if it has no name.
pub(crate) fn read_party<'a>(
    xml: &mut Xml<'a>,
    tag: &Tag<'a>,
    part: impl Fn(&str) -> Part,
) -> Result<Option<Party>, Fault> {
    let (mut organisation, mut city, mut state, mut country) = (None, None, None, None);
    let mut person: [Option<String>; 4] = Default::default();
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        let field = match part(child.name()) {
            Part::Wrapper => continue,
            Part::Organisation => &mut organisation,
            Part::Person(place) => &mut person[place],
            Part::City => &mut city,
            Part::State => &mut state,
            Part::Country => &mut country,
            Part::None => {
                xml.skip(&child)?;
                continue;
            }
        };
        *field = Some(line_text(xml, &child)?).filter(|text| !text.is_empty());
    }
    let name = organisation.unwrap_or_else(|| person.into_iter().flatten().collect::<Vec<_>>().join(" "));
    let country = country.or_else(|| state.map(|_| "US".to_owned()));
    Ok((!name.is_empty()).then_some(Party { name, city, country }))
}
