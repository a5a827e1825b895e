import Foundation
import Knowledge
import Testing

/// What share of questions finds a right source among the first three, by kind of question.
///
/// Questions are lines of JSON, `{"q", "relevant": [slug], "kind"}`; without a relevant slug the
/// question is none of ours, and nothing may be found. `PHOENIX_TEST_QUESTIONS` names another file.
@Suite struct RetrievalEvaluationTests {
  private struct Question: Decodable {
    let q: String
    let relevant: [String]
    let kind: String
  }

  private static let least = [
    "plain": 95, "paraphrase": 95, "typo": 90, "multi": 90, "indirect": 80, "ood": 90,
  ]

  private static func file() -> URL {
    if let path = ProcessInfo.processInfo.environment["PHOENIX_TEST_QUESTIONS"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("questions.jsonl")
  }

  @Test func findsARightSourceAmongTheFirstThree() throws {
    let lines = try String(contentsOf: Self.file(), encoding: .utf8).split(separator: "\n")
    let index = KnowledgeIndex.standard
    var right: [String: Int] = [:]
    var all: [String: Int] = [:]
    var missed: [String] = []
    for line in lines {
      let question = try JSONDecoder().decode(Question.self, from: Data(line.utf8))
      // Three sources, as the answer names them: several passages of one document are one.
      var found: [String] = []
      for hit in index.search(question.q, limit: 12) where !found.contains(hit.slug) {
        found.append(hit.slug)
      }
      let isRight =
        question.relevant.isEmpty
        ? found.isEmpty : !Set(found.prefix(3)).isDisjoint(with: question.relevant)
      all[question.kind, default: 0] += 1
      if isRight {
        right[question.kind, default: 0] += 1
      } else {
        missed.append("\(question.kind): \(question.q) \(found.prefix(3)) not \(question.relevant)")
      }
    }
    for (kind, count) in all.sorted(by: { $0.key < $1.key }) {
      let share = Double(right[kind] ?? 0) * 100 / Double(count)
      print("retrieval \(kind): \(right[kind] ?? 0) of \(count), \(Int(share.rounded())) %")
    }
    for line in missed { print("missed", line) }
    for (kind, count) in all {
      let least = try #require(Self.least[kind], "no such kind: \(kind)")
      #expect((right[kind] ?? 0) * 100 >= count * least, "\(kind)")
    }
  }
}
