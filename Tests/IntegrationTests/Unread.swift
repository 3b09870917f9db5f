import Foundation
import Testing

/// Places to write to that are not read, each for real.
enum Unread {
    /// A log daemon below a test bed's directory: how it treats what it is sent.
    enum Daemon: String, CaseIterable {
        /// It has stopped reading, and its queue is full.
        case stuck
        /// The same with a socket for streams, as old daemons have it.
        case stuckStream = "stuck-stream"
        /// It reads after some seconds, and then all.
        case late
        /// It reads everything.
        case reading
        /// The same with a socket for streams.
        case readingStream = "reading-stream"
    }

    /// Arguments: socket, file for what comes in, how.
    static let daemon = """
        import os, socket, sys, time
        path, file, how = sys.argv[1:]
        kind = socket.SOCK_STREAM if how.endswith("stream") else socket.SOCK_DGRAM
        log = socket.socket(socket.AF_UNIX, kind)
        log.bind(path + ".new")
        if kind == socket.SOCK_STREAM: log.listen(0)
        fillers = []
        if how.startswith("stuck") or how == "late":
            try:
                while True:
                    filler = socket.socket(socket.AF_UNIX, kind)
                    filler.setblocking(False)
                    fillers.append(filler)
                    filler.connect(path + ".new")
                    while kind == socket.SOCK_DGRAM: filler.send(b"filler")
            except BlockingIOError: pass
        os.rename(path + ".new", path)
        if how.startswith("stuck"): time.sleep(600)
        if how == "late": time.sleep(float(os.environ.get("LATE", "4")))
        def note(data): open(file, "ab").write(data.replace(b"\\0", b"\\n"))
        while kind == socket.SOCK_DGRAM: note(log.recv(65536) + b"\\n")
        while True:
            connection, _ = log.accept()
            while data := connection.recv(65536): note(data)
        """

    /// Runs a command (from the fourth argument on) with a standard error that is not read: `pipe` or `terminal`. Arguments:
    /// how, a file for what is in it at the end, seconds that the command may take. Its exit status is the command's.
    static let standardError = """
        import fcntl, os, pty, subprocess, sys, termios, time
        how, file, limit = sys.argv[1], sys.argv[2], float(sys.argv[3])
        if how == "pipe":
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            try:
                while True: os.write(writer, b"." * 4096)
            except BlockingIOError: pass
            try:
                while True: os.write(writer, b".")
            except BlockingIOError: pass
            os.set_blocking(writer, True)
        else:
            reader, writer = pty.openpty()
            termios.tcflow(writer, termios.TCOOFF)
        before = fcntl.fcntl(writer, fcntl.F_GETFL)
        child = subprocess.Popen(sys.argv[4:], stderr=writer, stdin=subprocess.DEVNULL)
        try: status = child.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            status = 124
        if fcntl.fcntl(writer, fcntl.F_GETFL) != before: status = 125
        os.set_blocking(reader, False)
        if how == "terminal": termios.tcflow(writer, termios.TCOON)
        text = b""
        while True:
            try: data = os.read(reader, 65536)
            except BlockingIOError: break
            text += data
        open(file, "wb").write(text.lstrip(b"."))
        sys.exit(status if status >= 0 else 128 - status)
        """
}

extension TestBed {
    var logFile: String { directory + "/syslog.txt" }
    /// What the log daemon has read.
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// Starts a log daemon; where one runs, the new one takes its place.
    func startLogDaemon(_ how: Unread.Daemon) throws {
        let socket = directory + "/syslog"
        try? FileManager.default.removeItem(atPath: socket)
        _ = try shell(
            #"s=$1; shift; ("$@" </dev/null >/dev/null 2>&1 &); until [ -S "$s" ]; do sleep 0.02; done"#,
            [socket] + exec(["python3", "-c", Unread.daemon, socket, logFile, how.rawValue]))
    }

    /// The program's command line, so that it logs to the daemon of this bed.
    func loggingCommand(_ arguments: [String]) -> [String] {
        // A directory of devices of its own: there is one /dev/log for all of the machine.
        let script = #"""
            d=$1; shift; mkdir -p "$d/dev"; mount --bind /dev "$d/dev"; mount -t tmpfs none /dev; mkdir /dev/shm
            for f in null zero urandom tty; do touch /dev/$f; mount --bind "$d/dev/$f" /dev/$f; done
            ln -s "$d/syslog" /dev/log; exec "$@"
            """#
        return ["unshare", "--mount", "sh", "-euc", script, "sh", directory]
            + command(arguments).filter { $0 != "--no-syslog" }
    }

    /// A command whose standard error is not read.
    func unheard(_ how: String, _ command: [String], within seconds: Int = 40) -> [String] {
        ["python3", "-c", Unread.standardError, how, directory + "/unheard", "\(seconds)"] + command
    }

    /// What was in that standard error at the end.
    var unheard: String { (try? String(contentsOfFile: directory + "/unheard", encoding: .utf8)) ?? "" }
}
