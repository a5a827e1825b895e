internal import Glibc

/// The files of one log that were set aside: numbered, compressed on a thread of their own, and
/// only the newest kept.
///
/// Numbers only grow, so a file being compressed is never renamed under the compressor's hands.
final class LogArchive: Sendable {
  private let directory: String
  private let prefix: String
  private let kept: Int
  private let compressor: LogCompressorFactory?
  private let turnstile = LogTurnstile()

  init(path: String, kept: Int, compressor: LogCompressorFactory?) {
    let slash = path.lastIndex(of: "/")
    directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    prefix = (slash.map { String(path[path.index(after: $0)...]) } ?? path) + "."
    self.kept = kept
    self.compressor = compressor
  }

  /// The path for the file set aside next.
  func nextPath() -> String {
    let last = entries().map(\.number).max() ?? 0
    let digits = String(last + 1)
    return directory + "/" + prefix
      + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// Removes what is too old and compresses what is not yet; a thread that already does goes
  /// round once more.
  func tidy() {
    guard compressor != nil else { return prune() }
    guard turnstile.enter() else { return }
    do {
      try LogThread.start { [self] in
        repeat {
          compressAll()
          prune()
        } while !turnstile.leave()
      }
    } catch {
      turnstile.abandon()
      prune()
    }
  }

  private func prune() {
    let old = entries().sorted { $0.number > $1.number }.map(\.number)
    var seen: [Int] = []
    for number in old where !seen.contains(number) { seen.append(number) }
    let dropped = Set(seen.dropFirst(kept))
    for entry in entries() where dropped.contains(entry.number) {
      unlink(directory + "/" + entry.name)
    }
  }

  private func compressAll() {
    for entry in entries().sorted(by: { $0.number < $1.number }) where !entry.isCompressed {
      compress(directory + "/" + entry.name)
    }
  }

  /// Writes beside, then renames: a crash leaves the plain file, never half an archive.
  private func compress(_ source: String) {
    guard let compressor = compressor?() else { return }
    let half = source + ".half"
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return }
    defer { close(input) }
    let output = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    guard output >= 0 else { return }
    let isWhole = copy(from: input, to: output, through: compressor)
    let isClosed = close(output) == 0
    if isWhole, isClosed, rename(half, source + ".gz") == 0 {
      unlink(source)
    } else {
      unlink(half)
    }
  }

  private func copy(from input: Int32, to output: Int32, through compressor: LogCompressor) -> Bool
  {
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = read(input, &chunk, chunk.count)
      if count < 0 { return false }
      guard let packed = try? compressor(Array(chunk[..<count]), count == 0) else { return false }
      let isWritten = packed.withUnsafeBytes {
        DescriptorWriter.write($0, to: output, isRegularFile: true) == $0.count
      }
      if !isWritten { return false }
      if count == 0 { return true }
    }
  }

  private func entries() -> [(name: String, number: Int, isCompressed: Bool)] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [(name: String, number: Int, isCompressed: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix) else { continue }
      var rest = name.dropFirst(prefix.count)
      let isCompressed = rest.hasSuffix(".gz")
      if isCompressed { rest = rest.dropLast(3) }
      guard rest.utf8.count >= 6, rest.allSatisfy(\.isASCII), let number = Int(rest), number > 0
      else { continue }
      found.append((name, number, isCompressed))
    }
    return found
  }
}
