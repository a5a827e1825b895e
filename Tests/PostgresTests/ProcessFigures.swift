import Foundation

/// What a leak would show in.
enum ProcessFigures {
  /// Open descriptors of this process.
  static func descriptorCount() throws -> Int {
    // The listing's own descriptor is one of them each time.
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  /// Memory that this process keeps in RAM.
  static func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096
  }
}
