import Foundation
import Glibc
import Testing

/// A directory of one test, removed with its last reference.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/log-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    return String(decoding: data, as: UTF8.self)
  }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// A pipe whose ends are closed with it.
final class Pipe {
  let reading: Int32
  let writing: Int32
  private var isReadingOpen = true

  init() throws {
    var ends: [Int32] = [0, 0]
    let result = pipe(&ends)
    try #require(result == 0)
    reading = ends[0]
    writing = ends[1]
  }

  deinit {
    closeReading()
    close(writing)
  }

  func closeReading() {
    if isReadingOpen { close(reading) }
    isReadingOpen = false
  }

  /// Everything in the pipe now.
  func drain() -> [UInt8] {
    var found: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 0) > 0, waiting.revents & Int16(POLLIN) != 0 {
      let count = read(reading, &chunk, chunk.count)
      if count <= 0 { break }
      found.append(contentsOf: chunk[..<count])
    }
    return found
  }
}

/// Waits for a condition, not for a time.
func eventually(
  within limit: Duration = .seconds(20), _ condition: () throws -> Bool
) async throws -> Bool {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while clock.now < deadline {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(2))
  }
  return try condition()
}

func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }
