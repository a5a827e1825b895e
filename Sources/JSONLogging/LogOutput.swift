internal import Glibc

/// Where lines go.
package struct LogOutput: Sendable {
  enum Target: Sendable {
    case descriptor(Int32)
    case file(path: String, bytesMax: Int, kept: Int, compressor: LogCompressorFactory?)
  }

  /// The name in metrics: `stdout`, `request`, `error`, `system`.
  package let name: String
  /// The kinds of lines it takes.
  package let accepts: LogChannel
  let target: Target

  /// An open descriptor, which stays the caller's.
  package static func descriptor(
    _ descriptor: Int32, name: String, accepts: LogChannel = .all
  ) -> LogOutput {
    LogOutput(name: name, accepts: accepts, target: .descriptor(descriptor))
  }

  /// A file that is set aside as `path.000001` when it has grown to `bytesMax`, then compressed to
  /// `path.000001.gz` where a compressor is given; the newest `kept` of them stay.
  package static func file(
    _ path: String, name: String, accepts: LogChannel, bytesMax: Int = 64 << 20, kept: Int = 8,
    compressor: LogCompressorFactory? = nil
  ) -> LogOutput {
    LogOutput(
      name: name, accepts: accepts,
      target: .file(
        path: path, bytesMax: max(1, bytesMax), kept: max(0, kept), compressor: compressor))
  }
}

/// The writer's side of an output; only ever touched by the writer's thread.
final class OutputWriter {
  private enum Kind {
    case descriptor(Int32, isRegularFile: Bool)
    case file(RotatingFile)
  }

  private let kind: Kind
  /// The end of a line whose beginning is already out: it must come before anything else.
  private var unfinished: [UInt8] = []

  init(_ target: LogOutput.Target) throws(LogError) {
    switch target {
    case .descriptor(let descriptor):
      let isRegularFile = DescriptorWriter.isRegularFile(descriptor)
      kind = .descriptor(descriptor, isRegularFile: isRegularFile)
    case .file(let path, let bytesMax, let kept, let compressor):
      kind = .file(
        try RotatingFile(path: path, bytesMax: bytesMax, kept: kept, compressor: compressor))
    }
  }

  /// Writes lines in order; says how many are out, a line begun counted with them.
  func write(_ bytes: UnsafeRawBufferPointer, lineCounts: [Int]) -> Int {
    guard finishLine() else { return 0 }
    var lines = 0
    var start = 0
    while lines < lineCounts.count {
      let (count, group) = nextGroup(lineCounts, from: lines)
      let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<start + group])
      let done = writeRaw(chunk)
      if done < group { return lines + cut(lineCounts[lines...], done: done, chunk: chunk) }
      lines += count
      start += group
    }
    return lines
  }

  func reopen() {
    if case .file(let file) = kind {
      // A line cut in the old file has no end in the new one.
      unfinished = []
      file.reopen()
    }
  }

  private func finishLine() -> Bool {
    if unfinished.isEmpty { return true }
    let done = unfinished.withUnsafeBytes { writeRaw($0) }
    unfinished.removeFirst(done)
    return unfinished.isEmpty
  }

  /// As many lines as fit before the file must be set aside, at least one.
  private func nextGroup(_ lineCounts: [Int], from first: Int) -> (lines: Int, bytes: Int) {
    var room = Int.max
    if case .file(let file) = kind {
      file.rotateIfFull(for: lineCounts[first])
      room = file.room
    }
    var lines = 0
    var bytes = 0
    for count in lineCounts[first...] {
      if lines > 0, bytes + count > room { break }
      lines += 1
      bytes += count
    }
    return (lines, bytes)
  }

  /// Keeps the rest of the line that was cut and counts the lines that are out.
  private func cut(_ lineCounts: ArraySlice<Int>, done: Int, chunk: UnsafeRawBufferPointer) -> Int {
    var end = 0
    var lines = 0
    for count in lineCounts {
      if end + count > done {
        if done > end {
          unfinished = Array(chunk[done..<end + count])
          lines += 1
        }
        break
      }
      end += count
      lines += 1
    }
    return lines
  }

  private func writeRaw(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .descriptor(let descriptor, let isRegularFile):
      DescriptorWriter.write(bytes, to: descriptor, isRegularFile: isRegularFile)
    case .file(let file): file.write(bytes)
    }
  }
}
