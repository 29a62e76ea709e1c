//! `priorart serve`.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use priorart_server::{Access, App, Limits, TextEncoder, Token, serve};

use crate::args::ServeArgs;
use crate::asked;
use crate::engine;
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

/// Serves until the process is told to stop.
pub(crate) fn run(settings: &Settings, args: &ServeArgs) -> Result<Outcome> {
    let access = access(args)?;
    let listener =
        TcpListener::bind(args.listen).with_context(|| format!("{} cannot be listened on", args.listen))?;
    let store = engine::open(settings, &args.engine)?;
    let generation = store.generation();
    let model = asked::model(settings, &*store)?;
    if model.is_none() {
        settings.note("there is no model: searches go by words alone");
    }
    let encoder = model.map(|model| Arc::new(model.unscaled()) as Arc<dyn TextEncoder>);
    let app = App::on(store, encoder, limits(args)?)?;
    let address = listener.local_addr()?;
    if settings.json {
        println!("{}", serde_json::json!({"address": address, "generation": generation}));
    } else {
        println!("http://{address}/");
    }
    let quiet = settings.quiet;
    serve(&app, &access, listener, move |note| {
        if !quiet {
            anstream::eprintln!("{note}");
        }
    })?;
    Ok(Outcome::Done)
}

/// Who may ask: whoever has a token, if there are any; without, whoever is on this machine.
fn access(args: &ServeArgs) -> Result<Access> {
    let file = args.token_file.as_ref().map(fs_err::read_to_string).transpose()?.unwrap_or_default();
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let written = args.token.iter().map(|token| token.trim()).filter(|token| !token.is_empty()).chain(lines);
    let tokens: Vec<Token> =
        written.map(str::parse).collect::<Result<_, _>>().map_err(|error| WrongUse(format!("{error}")))?;
    if !tokens.is_empty() {
        return Ok(Access::tokens(tokens));
    }
    if args.open {
        return Ok(Access::open());
    }
    if args.token_file.is_some() || !args.listen.ip().is_loopback() {
        let missing =
            "there is no token: give one with --token or --token-file, or let everybody in with --open";
        return Err(WrongUse(missing.to_owned()).into());
    }
    Ok(Access::local())
}

fn limits(args: &ServeArgs) -> Result<Limits> {
    let usual = Limits::default();
    let running = args.running.unwrap_or(usual.running);
    NonZeroUsize::new(running).ok_or_else(|| WrongUse("--running must be 1 or more".to_owned()))?;
    Ok(Limits {
        running,
        waiting: args.waiting.unwrap_or(usual.waiting),
        time: Duration::from_secs(args.time),
        ..usual
    })
}
