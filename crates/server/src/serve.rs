//! Listening, until told to stop.

use std::io::Error;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::access::Access;
use crate::app::App;
use crate::error::ServerError;
use crate::limits::Limits;
use crate::router::router;

/// How often the index is asked whether there is a newer commit.
const RELOAD: Duration = Duration::from_secs(1);

/// How long nothing is accepted after the system has refused a connection, for want of file handles, say.
const BREATH: Duration = Duration::from_millis(50);

/// Serves on a listener until the process is told to stop by Ctrl-C or SIGTERM; then what runs is finished, within
/// [`Limits::stopping`]. `note` is told what an operator should know.
///
/// # Errors
/// The system refuses threads, sockets or signals.
pub fn serve(
    app: &App,
    access: &Access,
    listener: TcpListener,
    note: impl Fn(String) + Send + Sync + 'static,
) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| ServerError::System { what: "threads", source })?;
    let served = runtime.block_on(async {
        let stop = signalled().map_err(|source| ServerError::System { what: "signals", source })?;
        serve_until(app, access, listener, stop, note).await
    });
    // A search that nobody waits for any more is not waited for, either.
    runtime.shutdown_background();
    served
}

/// As [`serve`], until `stop` is done.
///
/// # Errors
/// The system refuses the listener.
///
/// # Panics
/// Outside a runtime of tokio.
pub async fn serve_until(
    app: &App,
    access: &Access,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    note: impl Fn(String) + Send + Sync + 'static,
) -> Result<(), ServerError> {
    let listener = listener
        .set_nonblocking(true)
        .and_then(|()| tokio::net::TcpListener::from_std(listener))
        .map_err(|source| ServerError::System { what: "the listener", source })?;
    let limits = app.limits().clone();
    let router = router(app.clone(), access.clone());
    let reloading = tokio::spawn(reload(app.clone(), note));
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let accept = async {
        loop {
            let permit = Arc::clone(&connections).acquire_owned().await.expect("it is never closed");
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(converse(
                        stream,
                        router.clone(),
                        limits.clone(),
                        graceful.watcher(),
                        permit,
                    ));
                }
                Err(_) => sleep(BREATH).await,
            }
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    app.stop();
    reloading.abort();
    let _ = timeout(limits.stopping, graceful.shutdown()).await;
    Ok(())
}

/// Answers the requests of a connection.
async fn converse(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    watcher: Watcher,
    _permit: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stalled));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.sending)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    // What goes wrong here is the client's: it has gone, was too slow, or does not speak HTTP.
    let _ = watcher.watch(connection).await;
}

/// Takes each commit as it comes.
async fn reload(app: App, note: impl Fn(String)) {
    let mut failed = None;
    loop {
        sleep(RELOAD).await;
        let own = app.clone();
        match spawn_blocking(move || own.reload()).await {
            Ok(Ok(true)) => {
                note(format!("generation {} is served", app.snapshot().generation().unwrap_or_default()));
            }
            Ok(Ok(false)) => failed = None,
            Ok(Err(error)) => {
                app.metrics().failed_reloads.inc();
                let error = error.to_string();
                if failed.as_ref() != Some(&error) {
                    note(format!("the last commit cannot be served, the one before it goes on: {error}"));
                    failed = Some(error);
                }
            }
            Err(_) => return,
        }
    }
}

/// Done when the process is told to stop.
fn signalled() -> Result<impl Future<Output = ()>, Error> {
    #[cfg(unix)]
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        let terminate = terminated.recv();
        #[cfg(not(unix))]
        let terminate = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate => {}
        }
    })
}
