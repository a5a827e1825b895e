import FoundationEssentials
import Glibc

/// Reads what a run added to the gateway's `request.log`.
///
/// The place in the file is kept when the run begins; where the file was rotated meanwhile, the
/// lines before the rotation are in an archive, and the reader says so instead of miscounting.
package struct RequestLogReader: Sendable {
  /// What the lines say.
  package struct Lines: Sendable, Equatable {
    package var counts = RequestCounts()
    /// Sum of the lines' `tokens`.
    package var tokens = 0
    package var unreadable = 0

    package init() {}
  }

  private struct Line: Decodable {
    let method: String
    let route: String
    let status: Int
    let tokens: Int?
  }

  private let path: String
  private let inode: UInt
  private let offset: Int

  /// Takes the place at the file's end; nil where it cannot be read.
  package init?(path: String) {
    guard let state = Self.state(path) else { return nil }
    self.path = path
    inode = state.inode
    offset = state.size
  }

  /// The whole lines since then; nil where the file was rotated or is gone.
  package func lines() -> Lines? {
    guard let state = Self.state(path), state.inode == inode, state.size >= offset,
      let file = fopen(path, "r")
    else { return nil }
    defer { fclose(file) }
    guard fseek(file, offset, SEEK_SET) == 0 else { return nil }
    var lines = Lines()
    let decoder = JSONDecoder()
    var rest: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      rest += chunk[..<count]
      guard let last = rest.lastIndex(of: 0x0a) else { continue }
      for bytes in rest[...last].split(separator: 0x0a) {
        guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else {
          lines.unreadable += 1
          continue
        }
        lines.counts.add(1, .init(line.method, line.route), status: line.status)
        lines.tokens += line.tokens ?? 0
      }
      rest.removeFirst(last + 1)
    }
    return lines
  }

  private static func state(_ path: String) -> (inode: UInt, size: Int)? {
    var state = stat()
    guard stat(path, &state) == 0 else { return nil }
    return (UInt(state.st_ino), Int(state.st_size))
  }
}
