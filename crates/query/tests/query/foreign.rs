//! Queries as searchers paste them from three other systems, and how they are read.

use std::fmt::Write;

use priorart_query::parse;

const PPUBS: &[&str] = &[
    "graphene.ti.",
    "(graphene OR graphite).ti,ab.",
    "\"solid electrolyte\".clm.",
    "graphene.ti. AND anode.clm.",
    "(graphene ADJ anode).ab.",
    "graphene ADJ3 anode",
    "graphene NEAR5 anode",
    "(graphene WITH anode) SAME lithium",
    "graphene SAME3 anode",
    "graphene NOT lead",
    "graphene NOT SAME lead",
    "graphene XOR graphite",
    "graph$",
    "graph$4",
    "gr?phene",
    "H01M4/13.cpc.",
    "H01M4/$.cpc.",
    "H01M.cpc. AND graphene",
    "\"403/396\".ccls.",
    "siemens.as.",
    "\"general electric\".as.",
    "lovelace.in.",
    "smith.xp.",
    "\"7654321\".pn.",
    "US-7654321-B2.did.",
    "\"12345678\".apn.",
    "@pd<\"20150101\"",
    "@ad<=20150101",
    "@pd>=20100101<=20121231",
    "@pd>=\"20100101\"<=\"20121231\"",
    "@pd>=20100101<=\"20121231\"",
    "@py>=2012",
    "battery and anode.clm.",
    "(graphene AND anode) AND @pd<\"20150101\"",
    "US.pnctry.",
    "graphene AND (anode OR cathode).clm. NOT lead.ti.",
    "graphene.xx.",
    "(graphene OR graphite).xx.",
];

const ESPACENET: &[&str] = &[
    "ti=graphene",
    "ti=\"solid electrolyte\"",
    "ti = graphene",
    "ti all \"solid electrolyte\"",
    "ab any \"graphene graphite\"",
    "ta=graphene AND pa=siemens",
    "ftxt=graphene",
    "claims=graphene",
    "cl=H01M4/13",
    "cl=H01M4/13/low",
    "cpc=H01M4/13",
    "cpc=H01M4/04/low",
    "cpc=H01M",
    "ipc=H01M10/0525",
    "in=lovelace OR ia=\"ada king\"",
    "pn=EP1000000",
    "ap=EP19980123456",
    "pr=US61123456",
    "pd<2015",
    "pd within \"2010 2015\"",
    "pd=\"2010 2015\"",
    "pd=201501",
    "prd<20150101",
    "ct=US7654321",
    "famn=12345678",
    "graphene prox/distance<5 anode",
    "ti=(graphene prox/ordered anode)",
    "graphene prox/unit=sentence anode",
    "graphene prox/colour=red anode",
    "ti=graphen? AND NOT pa=siemens",
];

const GOOGLE: &[&str] = &[
    "graphene anode before:priority:20180930",
    "after:filing:20100101 before:publication:20150101",
    "before:20180930",
    "inventor:\"Ada Lovelace\"",
    "assignee:Siemens",
    "assignee:\"General Electric\" country:US",
    "TI=(graphene anode)",
    "TI=(graphene OR graphite) AB=(anode)",
    "CL=(graphene NEAR/5 anode)",
    "TAC=(graphene ADJ/3 anode)",
    "(graphene OR graphite) -lead",
    "graphene AND (anode OR cathode)",
    "\"solid electrolyte\" cpc:H01M4/13",
    "cpc:H01M4/04/low",
    "(H01M4/13)",
    "country:US language:ENGLISH status:GRANT",
    "US7654321B2",
    "“solid electrolyte” graphene",
    "graphene NEAR anode",
    "(graphene SAME anode)",
    "graph* anode",
    "color OR colour AND display",
];

#[test]
fn pasted_queries_are_read_as_stated() {
    let all = [("PPUBS", PPUBS), ("Espacenet", ESPACENET), ("Google Patents", GOOGLE)];
    assert!(all.iter().map(|(_, queries)| queries.len()).sum::<usize>() >= 60);
    let mut table = String::new();
    for (system, queries) in all {
        writeln!(table, "# {system}").unwrap();
        for query in queries {
            match parse(query) {
                Ok(read) => {
                    writeln!(table, "{query}\n    → {read}").unwrap();
                    for warning in &read.warnings {
                        writeln!(table, "    ⚠ {warning}").unwrap();
                    }
                }
                Err(error) => writeln!(table, "{query}\n    ✗ {error}").unwrap(),
            }
        }
    }
    insta::assert_snapshot!(table);
}
