//! Who may ask: anybody, whoever is on this machine, or whoever has a token.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// Who may ask.
#[derive(Debug, Clone)]
pub struct Access(Arc<Rule>);

#[derive(Debug)]
enum Rule {
    Open,
    Local,
    Tokens(Vec<Token>),
}

/// Something that a client shows to be let in, and how often it may ask.
pub struct Token {
    /// SHA-256 of the text: comparing it says nothing about the text in the time that it takes.
    digest: [u8; 32],
    limiter: Option<DefaultDirectRateLimiter>,
}

/// A text that is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a token is {LEAST} or more of the characters A-Z a-z 0-9 - . _ ~ + /, and may be followed by a colon and \
    the number of requests that it allows a second"
)]
pub struct InvalidToken;

/// Characters that a token has at least; shorter ones are guessed.
const LEAST: usize = 16;

/// Paths that tell nothing but whether the server is there.
const FREE: [&str; 2] = ["/health", "/ready"];

impl Access {
    /// Anybody may ask.
    pub fn open() -> Self {
        Self(Arc::new(Rule::Open))
    }

    /// Whoever is on this machine may ask: a request must name this machine as its host, so that no page of
    /// elsewhere can ask through a browser by giving its own name the address of this machine.
    pub fn local() -> Self {
        Self(Arc::new(Rule::Local))
    }

    /// Whoever has one of the tokens may ask, as `Authorization: Bearer TOKEN`, or as the password of Basic
    /// authentication, which browsers ask for.
    pub fn tokens(tokens: Vec<Token>) -> Self {
        Self(Arc::new(Rule::Tokens(tokens)))
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        match &*self.0 {
            Rule::Open => Ok(()),
            _ if FREE.contains(&request.uri().path()) => Ok(()),
            Rule::Local if names_this_machine(request.headers()) => Ok(()),
            Rule::Local => Err(Refusal::Elsewhere),
            Rule::Tokens(tokens) => {
                let shown = shown(request.headers()).ok_or(Refusal::NoToken)?;
                let digest = digest(&shown);
                tokens.iter().find(|token| token.digest == digest).ok_or(Refusal::NoToken)?.spend()
            }
        }
    }
}

impl Token {
    fn spend(&self) -> Result<(), Refusal> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        limiter.check().map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::TooOften { seconds: wait.as_secs() + 1 }
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("is_limited", &self.limiter.is_some()).finish_non_exhaustive()
    }
}

/// `TOKEN`, or `TOKEN:REQUESTS_A_SECOND`.
impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(written: &str) -> Result<Self, InvalidToken> {
        let (text, rate) = match written.split_once(':') {
            Some((text, rate)) => (text, Some(rate.parse::<NonZeroU32>().map_err(|_| InvalidToken)?)),
            None => (written, None),
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        if text.len() < LEAST || !text.bytes().all(fits) {
            return Err(InvalidToken);
        }
        let limiter = rate.map(|rate| RateLimiter::direct(Quota::per_second(rate)));
        Ok(Self { digest: digest(text), limiter })
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The token that a request shows.
fn shown(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, shown) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(shown.trim().to_owned());
    }
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| BASE64_STANDARD.decode(shown.trim()))?;
    let pair = String::from_utf8(pair.ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let host = host.to_str().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    let name = name.unwrap_or_default();
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Elsewhere,
    NoToken,
    TooOften { seconds: u64 },
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere => {
                let detail = "this server answers to its machine's own names only, as localhost; start it with a \
                    token or with --open";
                Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response()
            }
            Self::NoToken => {
                let detail = "show a token: Authorization: Bearer TOKEN";
                let mut response = Problem::new(StatusCode::UNAUTHORIZED, detail).into_response();
                let asks = HeaderValue::from_static("Bearer, Basic realm=\"priorart\", charset=\"UTF-8\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, asks);
                response
            }
            Self::TooOften { seconds } => {
                let detail = format!("this token has asked too often; wait for {seconds} s");
                let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).into_response();
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                response
            }
        }
    }
}

/// Lets in who may ask.
pub(crate) async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    match access.check(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    #[track_caller]
    fn check(access: &Access, header: Option<(&str, &str)>, path: &str, expected: Result<(), Refusal>) {
        let request = Request::builder().uri(path);
        let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        assert_eq!(access.check(&request.body(Body::empty()).unwrap()), expected, "{header:?}");
    }

    #[test]
    fn tokens_are_shown_as_bearers_or_as_passwords() {
        let access = Access::tokens(vec!["another-0123456789".parse().unwrap(), TOKEN.parse().unwrap()]);
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("anybody:{TOKEN}")));
        check(&access, None, "/api/stats", Err(Refusal::NoToken));
        check(&access, Some(("authorization", &format!("Bearer {TOKEN}"))), "/api/stats", Ok(()));
        check(&access, Some(("authorization", &basic)), "/", Ok(()));
        for wrong in ["Bearer", "Bearer 0123456789abcdeg", "Basic !!", "Token 0123456789abcdef", TOKEN] {
            check(&access, Some(("authorization", wrong)), "/", Err(Refusal::NoToken));
        }
        check(&access, None, "/health", Ok(()));
    }

    #[test]
    fn a_token_allows_so_many_requests_a_second() {
        let access = Access::tokens(vec![format!("{TOKEN}:2").parse().unwrap()]);
        let bearer = format!("Bearer {TOKEN}");
        check(&access, Some(("authorization", &bearer)), "/", Ok(()));
        check(&access, Some(("authorization", &bearer)), "/", Ok(()));
        check(&access, Some(("authorization", &bearer)), "/", Err(Refusal::TooOften { seconds: 1 }));
    }

    #[test]
    fn names_of_elsewhere_do_not_reach_this_machine() {
        let access = Access::local();
        for own in ["localhost", "LOCALHOST:7700", "127.0.0.1:7700", "127.9.9.9", "[::1]:7700"] {
            check(&access, Some(("host", own)), "/", Ok(()));
        }
        for other in ["evil.example", "localhost.evil.example:7700", "10.0.0.1", "[::2]", ""] {
            check(&access, Some(("host", other)), "/", Err(Refusal::Elsewhere));
            check(&Access::open(), Some(("host", other)), "/", Ok(()));
        }
        check(&access, None, "/", Ok(()));
    }

    #[test]
    fn what_can_be_guessed_is_no_token() {
        for wrong in
            ["", "short", "0123456789abcde", "0123456789abcdef:", "0123456789abcdef:0", "with a blank in it"]
        {
            assert_eq!(wrong.parse::<Token>().unwrap_err(), InvalidToken, "{wrong}");
        }
    }
}
