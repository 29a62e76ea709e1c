//! Rankings, their fusion, and the hits.

use priorart_corpus::Patent;
use priorart_query::{Fusion, Mode, QueryError, SearchOptions, Searcher, parse, render};

use crate::support::{MODES, TestIndex, all, numbers, patent, sample};

/// Patents that no ranking can tell apart.
fn twins(count: u32) -> Vec<Patent> {
    let twin = |i| patent(&format!("US{}B2", 9_999_950 + i), "Twin pump", "A pump.", "A pump with a twin.");
    (0..count).map(twin).collect()
}

#[test]
fn hybrid_finds_what_keywords_miss() {
    let index = TestIndex::embedded(&sample());
    let query = "invisible hound fence";
    let fence = "US9000001B2".to_owned();
    assert!(!index.numbers(query, Mode::Keyword).contains(&fence));
    assert_eq!(index.numbers(query, Mode::Semantic)[0], fence);
    assert!(index.numbers(query, Mode::Hybrid).contains(&fence));
}

#[test]
fn a_word_counts_most_in_the_title_and_least_in_the_description() {
    let in_title = patent("US9000011B2", "Gizmo", "A thing.", "A thing.");
    let in_abstract = patent("US9000012B2", "Thing", "A gizmo.", "A thing.");
    let in_claim = patent("US9000013B2", "Thing", "A thing.", "A gizmo.");
    let mut in_description = patent("US9000014B2", "Thing", "A thing.", "A thing.");
    in_description.description =
        vec![priorart_corpus::Paragraph { text: "A gizmo.".to_owned(), ..Default::default() }];
    let index = TestIndex::embedded(&[in_description, in_claim, in_abstract, in_title]);
    let expected = ["US9000011B2", "US9000012B2", "US9000013B2", "US9000014B2"];
    assert_eq!(index.numbers("gizmos", Mode::Keyword), expected);
}

#[test]
fn scores_are_those_of_the_mode_and_add_up() {
    let index = TestIndex::embedded(&sample());
    let options = SearchOptions {
        explain: true,
        fusion: Fusion { keyword_weight: 2.0, floor: 0, ..Fusion::default() },
        ..all(Mode::Hybrid)
    };
    let hits = index.search("dog fence", &options).hits;
    assert_eq!(hits.len(), 5, "every patent has embeddings");
    for hit in &hits {
        let (keyword, semantic) = (hit.keyword.map(|k| k.rank), hit.semantic.map(|s| s.rank));
        let expected = keyword.map_or(0.0, |rank| 2.0 / (60.0 + rank as f64))
            + semantic.map_or(0.0, |rank| 1.0 / (60.0 + rank as f64));
        let explain = hit.explain.as_ref().unwrap();
        assert!((hit.score - expected).abs() < 1e-12, "{hit:?}");
        assert!((explain.keyword + explain.semantic - expected).abs() < 1e-12, "{hit:?}");
    }
    let leash = hits.iter().find(|hit| hit.number == "US9000005B2").unwrap();
    assert_eq!(leash.explain.as_ref().unwrap().matched, ["dog", "fence"]);
    for mode in [Mode::Keyword, Mode::Semantic] {
        let options = SearchOptions { explain: true, ..all(mode) };
        for hit in index.search("dog fence", &options).hits {
            let ranked = if mode == Mode::Keyword { hit.keyword } else { hit.semantic };
            assert_eq!(Some(hit.score), ranked.map(|ranked| f64::from(ranked.score)), "{mode:?}");
            assert_eq!(hit.keyword.is_some(), mode == Mode::Keyword);
            let explain = hit.explain.as_ref().unwrap();
            assert!((explain.keyword + explain.semantic - hit.score).abs() < 1e-12, "{hit:?}");
        }
    }
}

#[test]
fn the_best_passage_is_shown_with_its_place_and_highlights() {
    let index = TestIndex::embedded(&sample());
    let first =
        |query: &str, mode| index.search(query, &all(mode)).hits.swap_remove(0).passages.swap_remove(0);
    let near = first("collar that warns", Mode::Semantic);
    assert_eq!((near.place.as_str(), near.score.is_some()), ("claim 1", true));
    let marked: Vec<&str> = near.highlights.iter().map(|[start, end]| &near.text[*start..*end]).collect();
    assert_eq!(marked, ["collar", "warns"]);
    // A word that the description alone has is shown where it stands.
    let oak = first("oaks", Mode::Keyword);
    assert_eq!((oak.place.as_str(), oak.score), ("¶[0002]", None));
    assert_eq!(
        oak.highlights.iter().map(|[start, end]| &oak.text[*start..*end]).collect::<Vec<_>>(),
        ["oak"]
    );
    let options = SearchOptions { passages: 9, ..all(Mode::Semantic) };
    let all = index.search("collar that warns", &options).hits.swap_remove(0).passages;
    assert_eq!(all.iter().map(|passage| passage.place.as_str()).collect::<Vec<_>>(), ["claim 1", "abstract"]);
}

#[test]
fn ties_go_by_number_and_pages_neither_repeat_nor_drop() {
    let mut patents = twins(40);
    patents.reverse();
    let mut expected: Vec<String> = patents.iter().map(|patent| patent.number.to_string()).collect();
    expected.sort();
    let index = TestIndex::embedded(&patents);
    for mode in MODES {
        assert_eq!(index.numbers("twin pump", mode), expected, "{mode:?}");
        let page = |offset, depth| {
            let options = SearchOptions { offset, limit: 7, depth, ..all(mode) };
            numbers(&index.search("twin pump", &options).hits)
        };
        let paged: Vec<String> = (0..6).flat_map(|at| page(at * 7, 200)).collect();
        assert_eq!(paged, expected, "{mode:?}");
        // A depth that cuts through the ties.
        assert_eq!(page(0, 1), expected[..7], "{mode:?}");
    }
    let rank = index.search("twin pump", &SearchOptions { offset: 7, ..all(Mode::Hybrid) }).hits[0].rank;
    assert_eq!(rank, 8);
}

#[test]
fn there_are_never_fewer_hits_than_exist() {
    let mut patents = twins(60);
    patents.extend(sample());
    let index = TestIndex::embedded(&patents);
    for mode in [Mode::Hybrid, Mode::Semantic] {
        for limit in [1, 5, 64, 65, 66, 500] {
            let options = SearchOptions { limit, depth: 1, ..all(mode) };
            assert_eq!(index.search("twin pump", &options).hits.len(), limit.min(65), "{mode:?}");
        }
        // Far from the query, and the only ones that pass.
        let options = SearchOptions { limit: 2, depth: 1, ..all(mode) };
        assert_eq!(index.search("twin pump cpc:A01K", &options).hits.len(), 2, "{mode:?}");
    }
}

#[test]
fn without_embeddings_words_are_searched_with_a_warning() {
    let index = TestIndex::new(&sample(), |_| false);
    let result = index.search("pump", &all(Mode::Hybrid));
    assert_eq!(numbers(&result.hits), ["US9000002B2"]);
    assert!(result.warnings[0].contains("priorart embed"), "{:?}", result.warnings);
    let error = index.try_search("pump", &all(Mode::Semantic)).unwrap_err();
    assert!(matches!(error, QueryError::NotSemantic { .. }), "{error}");
    assert!(index.search("pump", &all(Mode::Keyword)).warnings.is_empty());
}

#[test]
fn without_a_model_words_are_searched_with_a_warning() {
    let index = TestIndex::embedded(&sample());
    let reader = index.reader();
    let searcher = Searcher::new(&reader);
    let query = parse("pump").unwrap();
    let result = searcher.search(&query, &all(Mode::Hybrid)).unwrap();
    assert_eq!(numbers(&result.hits), ["US9000002B2"]);
    assert!(result.warnings[0].contains("priorart model fetch"), "{:?}", result.warnings);
    assert!(searcher.search(&query, &all(Mode::Semantic)).is_err());
}

#[test]
fn where_embedding_fails_words_are_searched_with_a_warning() {
    let index = TestIndex::embedded(&sample());
    let result = index.search("unembeddable pump", &all(Mode::Hybrid));
    assert_eq!(numbers(&result.hits), ["US9000002B2"]);
    assert!(result.warnings[0].contains("the toy has had enough"), "{:?}", result.warnings);
    let error = index.try_search("unembeddable pump", &all(Mode::Semantic)).unwrap_err();
    assert!(matches!(error, QueryError::Embed(_)), "{error}");
}

#[test]
fn gaps_in_the_embeddings_are_told() {
    let index = TestIndex::new(&sample(), |patent| patent.number.country == "US");
    let result = index.search("valve", &all(Mode::Hybrid));
    assert_eq!(result.hits.len(), 5, "the one without embeddings is found by its words");
    assert_eq!(result.warnings, ["only 8 of 10 passages have embeddings; `priorart embed` makes them"]);
}

#[test]
fn what_asks_for_nothing_is_refused() {
    let index = TestIndex::embedded(&sample());
    assert!(matches!(index.try_search(" & ", &all(Mode::Hybrid)), Err(QueryError::Empty)));
    let none = SearchOptions { limit: 0, ..all(Mode::Hybrid) };
    assert!(matches!(index.try_search("pump", &none), Err(QueryError::Option { option: "limit", .. })));
    let weight = SearchOptions {
        fusion: Fusion { keyword_weight: f64::NAN, ..Fusion::default() },
        ..all(Mode::Hybrid)
    };
    assert!(matches!(index.try_search("pump", &weight), Err(QueryError::Option { .. })));
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = TestIndex::embedded(&[]);
    for query in ["pump", "cc:US", "9000001"] {
        assert!(index.search(query, &all(Mode::Hybrid)).hits.is_empty(), "{query}");
    }
}

#[test]
fn long_texts_are_cut_to_what_is_rare() {
    let numbered = |word: &str, count| (0..count).map(|i| format!("{word}{i}")).collect::<Vec<_>>().join(" ");
    let (common, nowhere) = (numbered("common", 60), numbered("nowhere", 2000));
    let mut patents = sample();
    for number in ["US9000011B2", "US9000012B2", "US9000013B2"] {
        patents.push(patent(number, "Thing", &common, "A thing."));
    }
    let index = TestIndex::embedded(&patents);
    let found = index.numbers(&format!("{common} {nowhere} oak"), Mode::Keyword);
    assert!(found.contains(&"US9000005B2".to_owned()), "{found:?}");
}

#[test]
fn hits_are_written_as_documented() {
    let index = TestIndex::embedded(&sample());
    let hits = index.search("graphene", &SearchOptions { limit: 1, ..all(Mode::Keyword) }).hits;
    let json = serde_json::to_value(&hits[0]).unwrap();
    let score = json["score"].clone();
    let passage = "Anode of graphene\nAn anode with a solid electrolyte of high purity.";
    let expected = serde_json::json!({
        "rank": 1, "number": "US20110039701A1", "title": "Anode of graphene", "date": "2011-02-17",
        "assignee": "Graphene Energy", "inventors": ["Ada King", "John Lovelace"],
        "class": {"symbol": "H01M4/13"}, "score": score, "keyword": {"rank": 1, "score": score}, "semantic": null,
        "passages": [{"kind": "abstract", "place": "abstract", "score": null, "text": passage,
            "highlights": [[9, 17]]}],
    });
    assert_eq!(json, expected);
    let csv = render::csv(&hits, &[]);
    let row = format!(
        "1,US20110039701A1,Anode of graphene,2011-02-17,Graphene Energy,{},1,,abstract,",
        hits[0].score
    );
    assert_eq!(csv.lines().nth(1), Some(format!("{row}\"Anode of graphene").as_str()));
}
