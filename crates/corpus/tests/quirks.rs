//! What real files do, through the doors that callers use; what one reader does with one element is in its own
//! tests.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::ops::ControlFlow;

use priorart_corpus::{CitedBy, Patent, PatentType, Record, parse, read_dump};

/// The records of a file with that content.
fn records(content: &[u8]) -> Vec<Record> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump");
    std::fs::write(&path, content).unwrap();
    let mut records = Vec::new();
    read_dump(&path, &mut |document| {
        records.push(parse(&document.unwrap()));
        ControlFlow::Continue(())
    });
    records
}

#[track_caller]
fn patents(content: &str) -> Vec<Patent> {
    let patent = |record| match record {
        Record::Patent(patent) => *patent,
        other => panic!("{other:?}"),
    };
    records(content.as_bytes()).into_iter().map(patent).collect()
}

/// A grant with more on its front page, and more behind that.
fn grant(number: &str, kind: &str, front: &str, rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE us-patent-grant SYSTEM \"us-patent-grant-v45-2014-04-03.dtd\" \
         [ ]>\n<us-patent-grant lang=\"EN\"><us-bibliographic-data-grant><publication-reference><document-id>\
         <country>US</country><doc-number>{number}</doc-number><kind>{kind}</kind><date>20140107</date>\
         </document-id></publication-reference>{front}<invention-title id=\"t\">Pan</invention-title>\
         </us-bibliographic-data-grant>{rest}</us-patent-grant>\n"
    )
}

#[track_caller]
fn one(content: &str) -> Patent {
    let mut found = patents(content);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[test]
fn a_claim_is_all_that_is_nested_in_it() {
    let claims = "<claims><claim num=\"00001\"><claim-text>1. A pan, comprising:<claim-text>a bottom<claim-text>\
                  of steel,</claim-text></claim-text><claim-text>and a lid.</claim-text></claim-text></claim></claims>";
    let patent = one(&grant("08622001", "B2", "", claims));
    assert_eq!(patent.claims[0].text, "A pan, comprising:\na bottom\nof steel,\nand a lid.");
}

#[test]
fn a_correction_may_have_neither_abstract_nor_claims() {
    let patent = one(&grant("20140001001", "A2", "", ""));
    assert_eq!((patent.number.to_string().as_str(), patent.title.as_str()), ("US20140001001A2", "Pan"));
    assert!(patent.abstract_text.is_empty() && patent.claims.is_empty() && patent.description.is_empty());
}

#[test]
fn every_kind_of_number_loses_its_padding() {
    for (number, kind, expected, patent_type) in [
        ("08622001", "B2", "US8622001B2", PatentType::Utility),
        ("D0697291", "S1", "USD697291S1", PatentType::Design),
        ("PP024148", "P2", "USPP24148P2", PatentType::Plant),
        ("RE044675", "E1", "USRE44675E1", PatentType::Reissue),
        ("H0002140", "H1", "USH2140H1", PatentType::Sir),
        ("T0998001", "I4", "UST998001I4", PatentType::Other),
    ] {
        let patent = one(&grant(number, kind, "", ""));
        assert_eq!((patent.number.to_string().as_str(), patent.patent_type), (expected, patent_type));
    }
}

#[test]
fn citations_may_have_no_date_or_none_to_the_day() {
    let cited = |number: &str, date: &str| {
        format!(
            "<us-citation><patcit num=\"1\"><document-id><country>US</country><doc-number>{number}</doc-number>\
             {date}</document-id></patcit><category>cited by examiner</category></us-citation>"
        )
    };
    let list = [
        cited("1701273", ""),
        cited("D402478", "<date>19760000</date>"),
        cited("5139825", "<date>00000000</date>"),
    ];
    let front = format!("<us-references-cited>{}</us-references-cited>", list.concat());
    let patent = one(&grant("08622001", "B2", &front, ""));
    let found: Vec<_> = patent
        .citations
        .iter()
        .map(|it| (it.number.as_ref().unwrap().to_string(), it.date.map(|date| date.to_string()), it.by))
        .collect();
    let examiner = Some(CitedBy::Examiner);
    assert_eq!(found[0], ("US1701273".into(), None, examiner));
    assert_eq!(found[1], ("USD402478".into(), Some("1976-01-01".into()), examiner));
    assert_eq!((found[2].0.as_str(), found[2].2), ("US5139825", examiner));
}

#[test]
fn both_editions_of_the_classification_are_read() {
    let seventh = "<classification-ipc><edition>07</edition><main-classification>A61K  713</main-classification>\
                   </classification-ipc>";
    let later = "<classifications-ipcr><classification-ipcr><section>A</section><class>61</class><subclass>K</subclass>\
                 <main-group>7</main-group><subgroup>13</subgroup></classification-ipcr></classifications-ipcr>";
    for front in [seventh, later] {
        assert_eq!(one(&grant("08622001", "B2", front, "")).ipc, ["A61K7/13"]);
    }
}

#[test]
fn names_are_as_printed() {
    let front = "<us-parties><inventors><inventor><addressbook><last-name>O'NEILL</last-name><first-name>ÁINE\
                 </first-name></addressbook></inventor></inventors></us-parties>";
    assert_eq!(one(&grant("08622001", "B2", front, "")).inventors[0].name, "ÁINE O'NEILL");
}

#[test]
fn a_publication_may_be_in_a_file_twice() {
    let twice = grant("08622001", "B2", "", "").repeat(2);
    let found: Vec<_> =
        patents(&twice).into_iter().map(|patent| (patent.number.to_string(), patent.source.record)).collect();
    assert_eq!(found, [("US8622001B2".to_owned(), 1), ("US8622001B2".to_owned(), 2)]);
}

#[test]
fn sequence_listings_stand_between_patents() {
    let listing = "<?xml version=\"1.0\"?>\n<!DOCTYPE sequence-cwu SYSTEM \"us-sequence-listing.dtd\" [ ]>\n\
                   <sequence-cwu id=\"S\"><publication-reference><document-id><country>US</country>\
                   <doc-number>08622001</doc-number></document-id></publication-reference></sequence-cwu>\n";
    let dump = [&grant("08622001", "B2", "", ""), listing, &grant("08622002", "B2", "", "")].concat();
    let found = records(dump.as_bytes());
    let [Record::Patent(_), Record::SequenceListing(source), Record::Patent(last)] = found.as_slice() else {
        panic!("not a patent, a listing, a patent");
    };
    assert_eq!((source.record, last.source.record, last.number.serial.as_str()), (2, 3, "8622002"));
}

#[test]
fn a_mark_lines_of_windows_and_bytes_of_latin_1_do_no_harm() {
    let claims = "<claims><claim num=\"1\"><claim-text>1. A\npan of &ldquo;steel&rdquo;&nbsp;~ and &foo;.</claim-text>\
                  </claim></claims>";
    let text = grant("08622001", "B2", "", claims).replace('\n', "\r\n");
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(text.bytes().map(|byte| if byte == b'~' { 0xe4 } else { byte }));
    let found = records(&bytes);
    let [Record::Patent(patent)] = found.as_slice() else { panic!("not one patent") };
    assert_eq!(patent.claims[0].text, "A pan of “steel” \u{fffd} and &foo;.");
}

#[test]
fn an_application_may_claim_to_be_a_page_of_the_web() {
    let application = "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \
        \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n<patent-application-publication>\
        <subdoc-bibliographic-information><document-id><doc-number>20019990001</doc-number><kind-code>A1</kind-code>\
        <document-date>20010315</document-date></document-id><technical-information><title-of-invention>Pan \
        &Dgr;&mgr;</title-of-invention></technical-information></subdoc-bibliographic-information>\
        </patent-application-publication>\n";
    let patent = one(application);
    assert_eq!((patent.number.to_string().as_str(), patent.title.as_str()), ("US20019990001A1", "Pan Δμ"));
}
