internal import Glibc

/// The bounded, asynchronous end of the log: lines go in from any thread, one thread writes them.
///
/// Why: a request must never wait for a disk or a terminal. A caller copies its line into a buffer
/// under a lock held for a copy; a thread of the sink's own takes the whole buffer and writes it to
/// every output that accepts the line. Where the buffer is full, or an output fails (pipe closed,
/// disk full) or stalls, the line is dropped there and counted; the service goes on, and writing
/// resumes by itself.
///
/// ```swift
/// let sink = try LogSink(outputs: [.descriptor(1, name: "stdout")])
/// sink.append(Array("{\"msg\":\"hello\"}\n".utf8), channels: .system)
/// sink.flush(timeout: .seconds(2))
/// ```
///
/// Invariants: `append` never blocks on input or output; for each output,
/// appended = written + dropped + waiting; a line is never mixed with another, and one cut by a
/// full disk is continued before the next; SIGPIPE is never raised.
///
/// `tag` (below `tags`) lets the caller count losses by a small number of its own, as a route.
package final class LogSink: Sendable {
  private let core: LogSinkCore

  /// Opens the outputs and starts the writer; `retaining` is kept as long as the sink.
  package init(
    outputs: [LogOutput], capacityBytes: Int = 4 << 20, tags: Int = 1,
    retaining directory: LogDirectory? = nil
  ) throws(LogError) {
    core = try LogSinkCore(
      outputs: outputs, capacityBytes: max(1, capacityBytes), tags: max(1, tags),
      directory: directory)
    let core = core
    // Opened here, so that a bad path is an error now; used by the thread alone from then on.
    nonisolated(unsafe) let writers = try core.openWriters()
    try LogThread.start { core.run(writers) }
  }

  deinit { core.stop() }

  /// Hands in one whole line, its newline included; false where there was no room for it.
  @discardableResult
  package func append(_ line: [UInt8], channels: LogChannel, tag: Int = 0) -> Bool {
    core.append(line, channels: channels, tag: tag)
  }

  /// Opens the files anew before the next line, as after SIGHUP.
  package func reopen() { core.requestReopen() }

  /// Blocks until everything handed in so far is written or dropped; false when time ran out.
  ///
  /// For the end of the program: it holds up the calling thread.
  @discardableResult
  package func flush(timeout: Duration) -> Bool { core.flush(timeout: timeout) }

  /// Lines written and dropped, for each output in the order given.
  package var counts: [LogOutputCounts] { core.counts }

  /// Lines of this tag that did not reach the output at this position.
  package func dropped(tag: Int, output: Int) -> UInt64 { core.dropped(tag: tag, output: output) }
}

/// What became of the lines for one output.
package struct LogOutputCounts: Sendable, Equatable {
  /// The output's name.
  package var name: String
  /// Lines written.
  package var written: UInt64
  /// Lines lost.
  package var dropped: UInt64

  /// Counts of one output.
  package init(name: String, written: UInt64, dropped: UInt64) {
    self.name = name
    self.written = written
    self.dropped = dropped
  }
}
