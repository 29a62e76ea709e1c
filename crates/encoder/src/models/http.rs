//! Requests to a hub.
//!
//! hf-hub serves us for Hugging Face's cache and login alone. Its light, blocking client (0.4) sends
//! the token on to the host that a download is redirected to, appends a whole answer to what it
//! already had where a server ignores `Range`, and checks no digest; its current one (1.0) brings
//! tokio, reqwest and the Xet stack for the sake of some ten small files and one large one. So
//! requests go out from here, redirects are followed by hand, and the token stays with the hub.

use std::io::ErrorKind;

use ureq::http::header::{ACCEPT_ENCODING, AUTHORIZATION, LOCATION, RANGE, USER_AGENT};
use ureq::http::{Method, Request, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error};

use super::options::FetchOptions;

/// As many as browsers and curl's users are used to.
const MAX_REDIRECTS: usize = 10;
/// The header that names a large file's SHA-256; only the hub's own answer has it.
pub(super) const LINKED_ETAG: &str = "x-linked-etag";

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// No connection, or one that went silent or was cut.
    OutOfReach(String),
    /// Something answers, but not as it should.
    Protocol(String),
}

#[derive(Debug)]
pub(super) struct Client<'a> {
    agent: Agent,
    options: &'a FetchOptions,
}

impl<'a> Client<'a> {
    pub(super) fn new(options: &'a FetchOptions) -> Self {
        // The platform's certificates, as firms that look into TLS put theirs there.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(options.connect_timeout))
            .timeout_resolve(Some(options.connect_timeout))
            .timeout_per_read(Some(options.read_timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), options }
    }

    /// The headers of the hub's own answer: a redirect to another host is not followed.
    pub(super) fn head(&self, url: &str) -> Result<Response<Body>, Fault> {
        follow(
            url,
            |url| self.send(Method::HEAD, url, 0),
            |response, next| !response.headers().contains_key(LINKED_ETAG) && self.is_hub(next),
        )
    }

    /// The body from byte `start` on, wherever the hub sends us for it.
    pub(super) fn get(&self, url: &str, start: u64) -> Result<Response<Body>, Fault> {
        follow(url, |url| self.send(Method::GET, url, start), |_, _| true)
    }

    fn send(&self, method: Method, url: &Uri, start: u64) -> Result<Response<Body>, Fault> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(USER_AGENT, concat!("priorart/", env!("CARGO_PKG_VERSION")))
            // A compressed answer would have another length and could not be resumed.
            .header(ACCEPT_ENCODING, "identity");
        if start > 0 {
            request = request.header(RANGE, format!("bytes={start}-"));
        }
        if let Some(token) = self.options.token.as_ref().filter(|_| self.is_hub(url)) {
            request = request.header(AUTHORIZATION, token.header());
        }
        let request = request.body(()).map_err(|error| Fault::Protocol(error.to_string()))?;
        self.agent.run(request).map_err(fault)
    }

    fn is_hub(&self, url: &Uri) -> bool {
        let hub: Option<Uri> = self.options.endpoint.parse().ok();
        hub.is_some_and(|hub| hub.scheme() == url.scheme() && hub.authority() == url.authority())
    }
}

/// Sends to `url`, and wherever the answers lead as long as `go_on` agrees.
fn follow(
    url: &str,
    send: impl Fn(&Uri) -> Result<Response<Body>, Fault>,
    go_on: impl Fn(&Response<Body>, &Uri) -> bool,
) -> Result<Response<Body>, Fault> {
    let mut url: Uri = url.parse().map_err(|_| Fault::Protocol("not a web address".into()))?;
    for _ in 0..=MAX_REDIRECTS {
        let response = send(&url)?;
        match redirect(&response, &url)? {
            Some(next) if go_on(&response, &next) => url = next,
            _ => return Ok(response),
        }
    }
    Err(Fault::Protocol(format!("more than {MAX_REDIRECTS} redirects")))
}

/// Where the answer sends us, if it does.
fn redirect(response: &Response<Body>, url: &Uri) -> Result<Option<Uri>, Fault> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| resolve(location, url));
    next.map(Some).ok_or_else(|| Fault::Protocol(format!("redirect to {location:?}")))
}

/// Hubs redirect to a whole address or to a path on the same host.
fn resolve(location: &str, base: &Uri) -> Option<Uri> {
    if !location.starts_with('/') {
        return location.parse().ok().filter(|url: &Uri| url.scheme().is_some());
    }
    let mut parts = base.clone().into_parts();
    parts.path_and_query = Some(location.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn fault(error: Error) -> Fault {
    let reason = error.to_string();
    match error {
        Error::HostNotFound | Error::ConnectionFailed | Error::Timeout(_) | Error::ConnectProxyFailed(_) => {
            Fault::OutOfReach(reason)
        }
        // A certificate that is not trusted arrives as invalid data.
        Error::Io(error) if error.kind() != ErrorKind::InvalidData => Fault::OutOfReach(reason),
        _ => Fault::Protocol(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(location: &str, expected: Option<&str>) {
        let base = "https://hub:8080/a/b?c".parse().unwrap();
        assert_eq!(resolve(location, &base).map(|url| url.to_string()).as_deref(), expected);
    }

    #[test]
    fn redirects_are_resolved() {
        check("/x/y?z=1", Some("https://hub:8080/x/y?z=1"));
        check("http://cdn/x", Some("http://cdn/x"));
        check("x/y", None);
        check("", None);
    }
}
