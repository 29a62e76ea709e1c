//! How to search, in a page.

use maud::{Markup, html};

use super::address::{Address, QUERY};
use super::layout::{Section, key_list, page};

/// What may be typed, and what it means.
const LANGUAGE: [(&str, &str); 18] = [
    ("graphene anode", "Ranked by the words and by what they mean; neither has to occur"),
    ("\"solid electrolyte\"", "The phrase has to occur"),
    ("pump -valve", "Without the word; the same as NOT"),
    ("pump AND valve", "Both words; OR for one of them, XOR for one alone"),
    ("(pump OR compressor) vane", "Brackets"),
    ("graph*", "* for any letters, ? for one, # for one or none"),
    ("solid NEAR5 electrolyte", "No more than five words apart; ADJ5 in this order"),
    ("anode WITH coated", "In one sentence; SAME in one paragraph"),
    ("ti:pump", "In the title; ab: abstract, cl: claims, ic: independent claims, desc: description"),
    ("tac:\"check valve\"", "In title, abstract or claims"),
    ("cpc:H01M4", "The class and all below it; ipc: and uspc: too"),
    ("pa:siemens", "Assignee or applicant; in: inventor, ex: examiner"),
    ("pd<2015-06-30", "Published before; ad for filed, pr for the earliest priority"),
    ("pd:2010..2015", "Published in these years"),
    ("cc:EP kind:B", "Office and kind of publication"),
    ("US 7,654,321 B2", "A number, however it is written: that patent and its neighbours"),
    ("cited:US7654321B2", "What cites it; citing: for what it cites"),
    ("fam:US7654321B2", "Its family"),
];

/// The whole page.
pub(crate) fn help() -> Markup {
    let content = html! {
        div.help {
            h1 { "How to search" }
            p {
                "A query is words to rank by and conditions to satisfy. Plain words rank: none of them has to occur. "
                "Phrases, wildcards, fields, dates and operators are conditions: all of them hold for every hit, "
                "whether it is found by its words or by its meaning."
            }
            div.scroll tabindex="0" role="region" aria-label="The query language" {
                table {
                    thead { tr { th { "Type" } th { "Meaning" } } }
                    tbody {
                        @for (typed, meaning) in LANGUAGE {
                            tr {
                                td { a href=(Address::default().with(QUERY, typed).to("/search")) { code { (typed) } } }
                                td { (meaning) }
                            }
                        }
                    }
                }
            }
            p { "Operators are written in capitals. Queries of PPUBS, Espacenet and Google Patents are read, too." }
            h2 { "A text" }
            p {
                "Paste a claim or a disclosure into the box: of thirty words and more, with no operator or field among "
                "them, it is searched as it stands, in parts where it is long. Conditions go into “And only where”."
            }
            h2 { "More and less" }
            p {
                "“More of this” moves the query towards a hit and “less of this” away from it; the same click takes it "
                "back. Every state of a search is in its address: keep it, or send it to someone who reaches this server."
            }
            h2 { "The score" }
            p {
                "Words are ranked by BM25, meaning by the cosine between embeddings, and the two rankings are fused by "
                "their ranks. Open the ranks below a hit to see what each of them added."
            }
            h2 { "Keys" }
            (key_list())
        }
    };
    page("How to search", Some(Section::Help), &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_understood() {
        for (typed, _) in LANGUAGE {
            priorart_query::parse(typed).unwrap_or_else(|error| panic!("{}", error.render(typed)));
        }
    }
}
