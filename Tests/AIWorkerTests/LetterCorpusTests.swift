import AIWorker
import Cryptography
import Foundation
import Testing
import WorkerAPI

/// How much of the letters in `Tests/Letters` is read, and how much of what is read is there: F1 of
/// days, sums, numbers and decisions, on text and on scans.
///
/// The letters were written by somebody who did not know the rules; what the rules made of them
/// before anything was changed stands in docs/letters.md.
@Suite(.serialized) struct LetterCorpusTests {
  private struct Truth: Decodable {
    struct Amount: Decodable { let value: Double }
    struct Decision: Decodable {
      let aide: String
      let sens: String
      let debut: String?
      let fin: String?
      let taux: String?
    }
    struct Optional: Decodable {
      var dates: [String]?
      var montants: [Amount]?
      var references: [String]?
      var decisions: [OptionalDecision]?
    }
    struct OptionalDecision: Decodable { let aide: String }

    let scan: Bool
    let dates: [String]
    let montants: [Amount]
    let references: [String]
    let decisions: [Decision]
    let optionnels: Optional
  }

  /// Right, wrong and missed.
  private struct Tally {
    var right = 0
    var wrong = 0
    var missed = 0

    var f1: Double { right == 0 ? 0 : 2 * Double(right) / Double(2 * right + wrong + missed) }

    mutating func add(_ found: Set<String>, of truth: Set<String>, tolerated: Set<String>) {
      right += found.intersection(truth).count
      wrong += found.subtracting(truth).subtracting(tolerated).count
      missed += truth.subtracting(found).count
    }
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Letters")

  private static func key(_ number: String) -> String {
    number.uppercased().filter { $0 != " " }
  }

  private static func line(
    _ aid: String, _ direction: String, _ begins: String?, _ ends: String?, _ rate: String?
  ) -> String {
    "\(aid) \(direction) \(begins ?? "-") \(ends ?? "-") \(rate ?? "-")"
  }

  private func compare(
    _ analysis: LetterAnalysis, _ truth: Truth, into tallies: inout [String: Tally]
  ) {
    let medium = truth.scan ? "scan" : "text"
    func add(
      _ kind: String, _ found: [String], _ wanted: [String], _ tolerated: [String]?
    ) {
      tallies["\(medium) \(kind)", default: Tally()].add(
        Set(found), of: Set(wanted), tolerated: Set(tolerated ?? []))
    }
    add("dates", analysis.dates.map(\.date), truth.dates, truth.optionnels.dates)
    add(
      "amounts", analysis.montants.map { "\($0.value)" }, truth.montants.map { "\($0.value)" },
      truth.optionnels.montants?.map { "\($0.value)" })
    add(
      "references", analysis.references.map { Self.key($0.value) },
      truth.references.map(Self.key), truth.optionnels.references?.map(Self.key))
    let tolerated = Set(truth.optionnels.decisions?.map(\.aide) ?? [])
    add(
      "decisions",
      analysis.decisions.filter { !tolerated.contains($0.aide) }.map {
        Self.line($0.aide, $0.sens.rawValue, $0.debut, $0.fin, $0.taux)
      }, truth.decisions.map { Self.line($0.aide, $0.sens, $0.debut, $0.fin, $0.taux) }, nil)
  }

  @Test func readsTheLettersOfTheCorpus() async throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("truth.json"))
    let truths = try JSONDecoder().decode([String: Truth].self, from: data)
    #expect(truths.count > 70)
    var tallies: [String: Tally] = [:]
    try await LiveWorker.with { worker in
      try await withThrowingTaskGroup(of: (String, LetterAnalysis).self) { group in
        var names = truths.keys.sorted()[...]
        @Sendable func read(_ name: String) async throws -> (String, LetterAnalysis) {
          let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
          let type = try #require(DocumentType(sniffing: bytes.prefix(12)))
          let reply = try await worker.post(
            WorkerRoutes.analyzePath,
            #"{"filename":"a","content_type":"\#(type.contentType)","#
              + #""content_base64":"\#(Base64.encode(bytes))"}"#)
          #expect(reply.status == 200, "\(name): \(reply.text)")
          return (name, try WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body).analysis)
        }
        for _ in 0..<2 { if let name = names.popFirst() { group.addTask { try await read(name) } } }
        while let (name, analysis) = try await group.next() {
          if let next = names.popFirst() { group.addTask { try await read(next) } }
          guard let truth = truths[name] else { continue }
          compare(analysis, truth, into: &tallies)
          // The worst that can be said: yes for no, or no for yes.
          for decision in analysis.decisions {
            let wanted = truth.decisions.filter { $0.aide == decision.aide }.map(\.sens)
            let isOpposite =
              (decision.sens == .accord && wanted == ["rejet"])
              || (decision.sens == .rejet && wanted == ["accord"])
            #expect(!isOpposite, "\(name): \(decision.aide) \(decision.sens)")
          }
        }
      }
    }
    for (kind, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      let isEasy = ["scan dates", "scan references"].contains(kind)
      let asked = kind.hasPrefix("text") ? 0.95 : isEasy ? 0.85 : 0.75
      let f1 = (tally.f1 * 1000).rounded() / 1000
      print("letters: \(kind) F1 \(f1) (\(tally.right) \(tally.wrong) \(tally.missed))")
      #expect(tally.f1 >= asked, "\(kind): \(f1), asked \(asked)")
    }
    #expect(tallies.count == 8)
  }
}
