import Foundation

/// What a leak would show in.
enum ProcessFigures {
  /// Open descriptors of this process.
  static func descriptorCount() throws -> Int {
    // The listing's own descriptor is one of them each time.
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  /// Waits until no more are open than there were; a test that waits in vain says what they are.
  static func descriptorsReturn(to count: Int) async throws {
    do {
      _ = try await TestDatabase.eventually("every descriptor is closed") {
        try descriptorCount() <= count ? true : nil
      }
    } catch {
      let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").map {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) ?? "?"
      }
      throw TestDatabase.Missing(
        description: "\(names.count) open, not \(count): \(names.sorted())")
    }
  }

  /// Memory that this process keeps in RAM.
  static func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096
  }
}
