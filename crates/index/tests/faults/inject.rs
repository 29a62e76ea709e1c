//! Makes a system call of this process fail, as a disk that is full or breaks does.
//!
//! A seccomp filter stops every call that writes and asks a thread of ours what becomes of it
//! (seccomp(2), `SECCOMP_RET_USER_NOTIF`, Linux 5.5). A library that is preloaded in front of libc would not
//! do: the rename by which tantivy commits is made by rustix, which calls the kernel itself.

#![expect(unsafe_code, reason = "the kernel's interface takes pointers; all use of it is in this file")]

use std::ffi::CStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use libc::{SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND, SECCOMP_RET_ALLOW, SECCOMP_RET_USER_NOTIF};
use libc::{c_char, c_int, c_long, c_void, sock_filter, sock_fprog};

/// What is done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The disk is full: this call fails, and all after it that need room.
    Full,
    /// This call fails with an I/O error (mapping: there is no memory), those after it do not.
    Broken,
    /// This write takes half of its bytes. Other calls are not counted.
    Short,
}

/// Where a call names its file: by descriptor, or by directory and path.
#[derive(Debug, Clone, Copy)]
enum Named {
    Descriptor(usize),
    Path(usize),
    At(usize),
}

/// The calls that write, with where their file is among the arguments.
const CALLS: &[(c_long, &str, Named)] = &[
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_open, "open", Named::Path(0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_rename, "rename", Named::Path(1)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_link, "link", Named::Path(1)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_unlink, "unlink", Named::Path(0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_mkdir, "mkdir", Named::Path(0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_rmdir, "rmdir", Named::Path(0)),
    (libc::SYS_openat, "open", Named::At(0)),
    (libc::SYS_renameat, "rename", Named::At(2)),
    (libc::SYS_renameat2, "rename", Named::At(2)),
    (libc::SYS_linkat, "link", Named::At(2)),
    (libc::SYS_unlinkat, "unlink", Named::At(0)),
    (libc::SYS_mkdirat, "mkdir", Named::At(0)),
    (libc::SYS_write, "write", Named::Descriptor(0)),
    (libc::SYS_pwrite64, "pwrite", Named::Descriptor(0)),
    (libc::SYS_writev, "writev", Named::Descriptor(0)),
    (libc::SYS_fsync, "fsync", Named::Descriptor(0)),
    (libc::SYS_fdatasync, "fdatasync", Named::Descriptor(0)),
    (libc::SYS_sync_file_range, "sync_file_range", Named::Descriptor(0)),
    (libc::SYS_ftruncate, "ftruncate", Named::Descriptor(0)),
    (libc::SYS_fallocate, "fallocate", Named::Descriptor(0)),
    (libc::SYS_copy_file_range, "copy_file_range", Named::Descriptor(2)),
    (libc::SYS_mmap, "mmap", Named::Descriptor(4)),
];

/// Makes the `count`-th call from now on fail that names a file below `dir`, and tells `say` which it was.
///
/// Only calls of this thread and of those that it starts are counted.
pub(crate) fn fail(
    dir: &Path,
    count: u64,
    failure: Failure,
    say: impl Fn(&str, &Path) + Send + 'static,
) -> io::Result<()> {
    let (listener, listening) = mpsc::channel();
    let dir = dir.to_owned();
    // Started before the filter is set, so that its own calls are not stopped.
    std::thread::spawn(move || {
        let Ok(listener) = listening.recv() else { return };
        Watch { listener, dir, left: count, failure, say }.run();
    });
    listener.send(set_filter()?).map_err(io::Error::other)
}

/// Answers for every call that the filter stops.
struct Watch<F> {
    listener: c_int,
    dir: PathBuf,
    /// Calls until the one that fails, that one included.
    left: u64,
    failure: Failure,
    say: F,
}

impl<F: Fn(&str, &Path)> Watch<F> {
    fn run(mut self) {
        loop {
            // SAFETY: all zeroes are a notification, and the kernel wants one to write into.
            let mut call: libc::seccomp_notif = unsafe { std::mem::zeroed() };
            // SAFETY: the request takes a pointer to a notification.
            if unsafe { libc::ioctl(self.listener, SECCOMP_IOCTL_NOTIF_RECV, &raw mut call) } != 0 {
                continue;
            }
            let go_on = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
            let mut answer = libc::seccomp_notif_resp { id: call.id, val: 0, error: 0, flags: go_on };
            if let Some(result) = self.result(&call.data) {
                answer.flags = 0;
                match result {
                    Ok(value) => answer.val = value as i64,
                    Err(code) => answer.error = -code,
                }
            }
            // SAFETY: the request takes a pointer to an answer.
            unsafe { libc::ioctl(self.listener, SECCOMP_IOCTL_NOTIF_SEND, &raw mut answer) };
        }
    }

    /// What the call gives back instead of being made; `None` where it is to be made.
    fn result(&mut self, call: &libc::seccomp_data) -> Option<Result<isize, c_int>> {
        let (name, path) = self.counted(call)?;
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            return None;
        }
        if self.left == 0 && self.failure != Failure::Full {
            self.left = u64::MAX;
        }
        (self.say)(name, &path);
        match self.failure {
            Failure::Full => Some(Err(libc::ENOSPC)),
            Failure::Broken if name == "mmap" => Some(Err(libc::ENOMEM)),
            Failure::Broken => Some(Err(libc::EIO)),
            Failure::Short => Some(write_half(call)),
        }
    }

    /// The name and the file of a call that counts.
    fn counted(&self, call: &libc::seccomp_data) -> Option<(&'static str, PathBuf)> {
        let &(_, name, named) = CALLS.iter().find(|(number, ..)| *number == c_long::from(call.nr))?;
        if !self.is_failed_by(name, call) {
            return None;
        }
        let path = match named {
            Named::Descriptor(at) => open_file(call.args[at])?,
            Named::Path(at) => path(call.args[at]),
            Named::At(at) => {
                // An absolute path replaces what it is joined to, a descriptor of no directory among them.
                open_file(call.args[at]).unwrap_or_default().join(path(call.args[at + 1]))
            }
        };
        path.starts_with(&self.dir).then_some((name, path))
    }

    fn is_failed_by(&self, name: &str, call: &libc::seccomp_data) -> bool {
        let is_write = name == "write" || name == "pwrite";
        match (self.failure, name) {
            (Failure::Short, _) => is_write && call.args[2] > 1,
            // What needs no room can be done on a full disk.
            (Failure::Full, "mmap" | "unlink" | "rmdir" | "fsync" | "fdatasync" | "sync_file_range") => false,
            (_, "open") => {
                let flags = call.args[if c_long::from(call.nr) == libc::SYS_openat { 2 } else { 1 }] as c_int;
                let is_new = flags & libc::O_CREAT != 0;
                is_new || self.failure == Failure::Broken && flags & libc::O_ACCMODE != libc::O_RDONLY
            }
            _ => true,
        }
    }
}

/// The file of a descriptor of this process.
fn open_file(descriptor: u64) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/self/fd/{}", descriptor as c_int)).ok()
}

fn path(pointer: u64) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: a thread of this process waits in a call whose argument this is, so it is a string that lives.
    let path = unsafe { CStr::from_ptr(pointer as *const c_char) };
    Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())).to_owned()
}

/// Makes the write with half of its bytes.
fn write_half(call: &libc::seccomp_data) -> Result<isize, c_int> {
    let [descriptor, bytes, length, offset, ..] = call.args;
    let (descriptor, bytes, half) = (descriptor as c_int, bytes as *const c_void, length as usize / 2);
    // SAFETY: a thread of this process waits in this call with these arguments, but for the length, which is
    // larger.
    let written = unsafe {
        if c_long::from(call.nr) == libc::SYS_write {
            libc::write(descriptor, bytes, half)
        } else {
            libc::pwrite(descriptor, bytes, half, offset.cast_signed())
        }
    };
    if written < 0 {
        Err(io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO))
    } else {
        Ok(written)
    }
}

/// Sets the filter for this thread and those that it starts; gives back the descriptor that it asks.
fn set_filter() -> io::Result<c_int> {
    let mut filter = filter();
    let program = sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: the calls take these numbers, and a pointer to a program that lives until they are done.
    let listener = unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
            return Err(io::Error::last_os_error());
        }
        let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program)
    };
    if listener < 0 { Err(io::Error::last_os_error()) } else { Ok(listener as c_int) }
}

/// Stops the calls in [`CALLS`], but not the child's reports, nor mappings of no file: malloc makes those
/// while it holds a lock that the thread that answers may need.
fn filter() -> Vec<sock_filter> {
    let load = |offset: usize| statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset as u32);
    let number = std::mem::offset_of!(libc::seccomp_data, nr);
    let argument = |at: usize| std::mem::offset_of!(libc::seccomp_data, args) + 8 * at;
    let end = |action| statement(libc::BPF_RET | libc::BPF_K, action);
    let mut filter = vec![load(number)];
    for &(call, _, named) in CALLS {
        let Named::Descriptor(at) = named else {
            filter.extend([unless(call as u32, 1), end(SECCOMP_RET_USER_NOTIF)]);
            continue;
        };
        filter.extend([unless(call as u32, 8), load(argument(at))]);
        for reports_or_none in [1, 2, u32::MAX] {
            filter.extend([unless(reports_or_none, 1), end(SECCOMP_RET_ALLOW)]);
        }
        filter.push(end(SECCOMP_RET_USER_NOTIF));
    }
    filter.push(end(SECCOMP_RET_ALLOW));
    filter
}

fn statement(code: u32, k: u32) -> sock_filter {
    sock_filter { code: code as u16, jt: 0, jf: 0, k }
}

/// Passes over so many instructions unless what was loaded is `value`.
fn unless(value: u32, instructions: u8) -> sock_filter {
    let code = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    sock_filter { code, jt: 0, jf: instructions, k: value }
}
