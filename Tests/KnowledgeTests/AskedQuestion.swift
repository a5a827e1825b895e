import Foundation

/// A line of `Tests/Questions`.
struct AskedQuestion: Decodable {
  let q: String
  /// Slugs; empty where no document answers.
  let relevant: [String]
  let kind: String
  let part: String

  /// What retrieval is measured by.
  static let measured = read("retrieval.jsonl")
  /// What the model learns from beside those, and nothing is measured by.
  static let learning = read("learning.jsonl")

  private static func read(_ name: String) -> [AskedQuestion] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Questions/" + name)
    guard let data = try? Data(contentsOf: file) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(AskedQuestion.self, from: $0)
    }
  }
}
