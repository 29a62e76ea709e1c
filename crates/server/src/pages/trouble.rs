//! What went wrong, in plain words, with the box to try again.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use priorart_query::ParseError;

use super::address::{Address, QUERY};
use super::asked::fault;
use super::layout::{Section, page};
use super::search::form;
use crate::problem::Problem;

/// The page of a problem, with its status and what else its answer says.
pub(crate) fn trouble(problem: Problem, here: &Address) -> Response {
    let fault = fault(here).filter(|_| problem.status == StatusCode::BAD_REQUEST);
    let page = shown(&problem, fault.as_ref(), here).into_string();
    let mut response = (problem.status, Html(page)).into_response();
    // The time to come again stands in the answer to a program.
    if let Some(after) = problem.into_response().headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response
}

fn shown(problem: &Problem, fault: Option<&(&str, ParseError)>, here: &Address) -> Markup {
    let heading = match problem.status {
        StatusCode::NOT_FOUND => "This is not here",
        StatusCode::SERVICE_UNAVAILABLE => "This cannot be answered just now",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "This needs a token",
        _ if fault.is_some() => "The query cannot be read",
        status if status.is_client_error() => "This cannot be answered",
        StatusCode::NOT_IMPLEMENTED => "This cannot be searched for here",
        _ => "Something went wrong here",
    };
    let content = html! {
        (form(here, false))
        section.trouble role="alert" {
            h1 { (heading) }
            @if let Some((query, error)) = fault {
                pre { (carets(error, query)) }
                p { (sentence(&error.message)) " " (sentence(&error.help)) }
                @if let Some(better) = suggestion(error, query) {
                    p { "Search for " a href=(here.set(QUERY, &better).to("/search")) { (better) } "?" }
                }
            } @else {
                p { (sentence(&problem.detail)) }
                @if problem.status == StatusCode::SERVICE_UNAVAILABLE { p { "Try again in a moment." } }
            }
            p { a href="/help" { "How to search" } }
        }
    };
    page(heading, Some(Section::Search), &content)
}

/// An error's words, which are a fragment, as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if fragment.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// The query with carets under what is wrong: the first two lines of what a terminal is shown.
fn carets(error: &ParseError, query: &str) -> String {
    error.render(query).lines().take(2).collect::<Vec<_>>().join("\n")
}

/// The query with the field that was probably meant: "did you mean cpc:?".
fn suggestion(error: &ParseError, query: &str) -> Option<String> {
    let (meant, _) = error.help.split_once("did you mean ")?.1.split_once(":?")?;
    let wrong = query.get(error.span.clone())?;
    let end = wrong.find([':', '=']).unwrap_or(wrong.len());
    let rest = query.get(error.span.start + end..)?;
    Some(format!("{}{meant}{rest}", query.get(..error.span.start)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let here = Address::default().with(QUERY, query);
        let fault = fault(&here);
        let page = shown(&Problem::bad_request("wrong"), fault.as_ref(), &here).into_string();
        for text in expected {
            assert!(page.contains(text), "{text} in {page}");
        }
    }

    #[test]
    fn a_bad_query_is_shown_with_its_place() {
        check("graphene (anode", &["<pre>graphene (anode\n         ^</pre>", "The query cannot be read"]);
        check("<b> (anode", &["&lt;b&gt; (anode"]);
    }

    #[test]
    fn fragments_are_sentences() {
        assert_eq!(sentence("there is no field cpv"), "There is no field cpv.");
        assert_eq!(sentence("Try again."), "Try again.");
        assert_eq!(sentence("élan"), "Élan.");
    }

    #[test]
    fn a_misspelt_field_is_corrected_by_a_click() {
        check("anode cpv:H01M pd<2015", &["href=\"/search?q=anode+cpc%3AH01M+pd%3C2015\""]);
    }
}
