//! A way to the server that can be cut, or lets nothing come back.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) struct Proxy {
    pub(crate) port: u16,
    open: Arc<Mutex<Vec<TcpStream>>>,
    is_shut: Arc<AtomicBool>,
    is_stalled: Arc<AtomicBool>,
}

impl Proxy {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = Self { port, open: Arc::default(), is_shut: Arc::default(), is_stalled: Arc::default() };
        let (streams, shut) = (Arc::clone(&proxy.open), Arc::clone(&proxy.is_shut));
        let (never, stalled) = (Arc::new(AtomicBool::new(false)), Arc::clone(&proxy.is_stalled));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shut.load(Ordering::Relaxed) {
                    continue;
                }
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
                streams.lock().unwrap().push(client.try_clone().unwrap());
                pass(client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&never));
                pass(server, client, Arc::clone(&stalled));
            }
        });
        proxy
    }

    /// Breaks the connections that there are.
    pub(crate) fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets no more through.
    pub(crate) fn shut(&self) {
        self.is_shut.store(true, Ordering::Relaxed);
        self.cut();
    }

    /// Lets new connections through again.
    pub(crate) fn open(&self) {
        self.is_shut.store(false, Ordering::Relaxed);
    }

    /// While it stalls, requests arrive and connections are accepted, but no answer comes back.
    pub(crate) fn stall(&self, stalls: bool) {
        self.is_stalled.store(stalls, Ordering::Relaxed);
    }
}

/// Passes bytes on; while `is_lost` is set they are lost.
fn pass(mut from: TcpStream, mut to: TcpStream, is_lost: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 || !is_lost.load(Ordering::Relaxed) && to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
