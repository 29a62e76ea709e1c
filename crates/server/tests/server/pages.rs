//! The pages as they are sent; what a browser makes of them is tested in `tests/browser`.

use axum::body::Body;
use axum::http::Request;
use priorart_server::{Access, App, Limits};

use crate::harness::{Answer, Served, add_words, get, post};

const FORM: &str = "application/x-www-form-urlencoded";

#[track_caller]
fn leads_to(answer: &Answer, expected: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, expected), "{}", answer.text());
}

#[track_caller]
fn shows(served: &Served, path: &str, expected: &[&str]) {
    let answer = served.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    for text in expected {
        assert!(answer.text().contains(text), "{path} lacks {text}: {}", answer.text());
    }
}

#[test]
fn a_form_leads_to_the_address_of_its_result() {
    let served = Served::samples();
    let sent = |path: &str, form: &str| served.send(post(path, FORM, form.to_owned()));
    leads_to(&sent("/search", "box=dog+fence&mode=hybrid&family=none&also="), "/search?q=dog+fence");
    leads_to(&sent("/chart", "claim=US99002011B1:1&q=&limit=5"), "/chart?claim=US99002011B1%3A1&limit=5");
    leads_to(&served.get("/search"), "/");
    let disclosure = "A%20rotor%20%28with%20blades.%0D%0A".repeat(400);
    let target = sent("/search", &format!("box={disclosure}")).header("location").to_owned();
    assert!(target.starts_with("/search?z.text=") && target.len() < 1000, "{target}");
    shows(&served, &target, &["a text of 1,600 words", "A rotor (with blades.\nA rotor"]);
    let endless: String = (0..60_000_u64)
        .fold(String::new(), |text, at| text + &format!("{:x}+", at.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    assert_eq!(sent("/search", &format!("read=text&box={endless}")).status, 413);
}

#[test]
fn every_page_is_there() {
    let served = Served::samples();
    shows(&served, "/", &["40 patents", "<textarea"]);
    shows(&served, "/search?q=silicon+anode", &["id=\"hit-1\"", "<svg class=\"years\"", "rel=\"next\""]);
    shows(&served, "/search?q=silicon+anode&page=2", &["id=\"hit-11\"", "rel=\"prev\""]);
    shows(&served, "/search?q=zyzzyva&mode=keyword", &["Nothing was found"]);
    let hit = "/patents/US99001204B2?q=silicon&hit=2&mode=keyword";
    shows(&served, hit, &["Best passages", "id=\"claim-1\"", "Hit 2", "data-key=\"next\""]);
    shows(&served, "/compare?number=US99002011B1&number=US99001204B2", &["Independent claims"]);
    shows(&served, "/chart?claim=US99002011B1:1", &["Best pair", "strength-"]);
    shows(&served, "/landscape", &["A map is drawn of a result"]);
    shows(&served, "/landscape?q=an+anode", &["<circle", "class=\"clusters\""]);
    shows(&served, "/help", &["NEAR5"]);
    assert!(
        served.get("/export?q=anode&format=bibtex").header("content-disposition").contains("priorart.bib")
    );
    assert!(served.get("/chart/export?claim=US99002011B1:1&format=csv").text().starts_with("element,"));
}

#[test]
fn what_goes_wrong_is_a_page() {
    let served = Served::samples();
    for (path, status, expected) in [
        ("/search?q=%28anode", 400, "^"),
        ("/search?q=anode&page=0", 400, "Page is 0"),
        ("/search?q=anode&mode=none", 400, "unknown variant"),
        ("/patents/US1B1", 404, "US1B1 is not in the index"),
        ("/patents/..%2F..%2Fetc%2Fpasswd", 400, "no publication number"),
        ("/compare?number=US1B1", 404, "not in the index"),
        ("/chart?claim=%3B", 400, "no words"),
        ("/export?q=anode&format=pdf", 400, "pdf"),
        ("/landscape?q=zyzzyva&mode=keyword", 400, "needs 3 patents"),
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().starts_with("<!DOCTYPE html>") && answer.text().contains(expected), "{path}");
    }
    let browser = Request::get("/nowhere").header("accept", "text/html").body(Body::empty()).unwrap();
    assert!(served.send(browser).text().contains("This is not here"));
    served.send(get("/nowhere")).problem(404, "nothing under this path");
}

/// The policy forbids both, so that a page that has them is broken.
#[test]
fn pages_have_no_script_or_style_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hostile.jsonl");
    let script = "<script>alert(1)</script>";
    let patent = serde_json::json!({"number": "US99999999B2", "title": format!("{script} pump"), "abstract": script,
        "claims": [{"number": 1, "text": format!("A pump comprising:\n{script}; and\na rotor.")}],
        "description": [{"number": "0001\" onclick=\"x", "text": script}], "assignees": [{"name": script}],
        "cpc": [{"symbol": "F04D1/00", "inventive": true, "first": true}], "publication_date": "2020-01-02"});
    fs_err::write(&file, format!("{patent}\n")).unwrap();
    let index = dir.path().join("index");
    add_words(&index, &[file]);
    let served = Served::new(App::open(&index, None, Limits::default()).unwrap(), Access::open());
    for path in [
        "/search?q=pump+%3Cscript%3E",
        "/search?q=pump&assignee=%3Cscript%3E",
        "/patents/US99999999B2?q=pump&hit=1",
        "/compare?number=US99999999B2",
        "/chart?claim=A+pump+comprising:+a+%3Cscript%3E;+and+a+rotor",
        "/search?q=%28%3Cscript%3E",
    ] {
        let page = served.get(path);
        let page = page.text();
        assert_eq!(page.matches("<script").count(), 1, "{path}: {page}");
        for inline in [" style=", "<style", " onclick=", "javascript:"] {
            assert!(!page.contains(inline), "{inline} in {path}");
        }
    }
}

#[test]
fn assets_are_kept_for_ever_under_their_version() {
    let served = Served::samples();
    let page = served.get("/");
    let (_, rest) = page.text().split_once("/assets/style.css").unwrap();
    let version = &rest[..rest.find('"').unwrap()];
    let style = served.get(&format!("/assets/style.css{version}"));
    assert!(version.starts_with("?v=") && style.header("cache-control").contains("immutable"));
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    served.get("/assets/..%2Fstyle.css").problem(404, "no such asset");
}
