import ServiceHost
import WorkerAPI

/// The service behind `POST /api/chat/analyze`: a file becomes an analysis.
///
/// Reading costs processor and memory, so few documents are read at once and a bounded number wait.
/// Everything happens on this machine: no text leaves it, whatever the family agreed to.
package struct DocumentAnalyzer: Sendable {
  /// What `model` says of an analysis by rules.
  package static let model = "rules"
  /// For one document, from its last byte.
  private static let time = Duration.seconds(9)

  private let reader = DocumentTextReader()
  private let turns: TurnGate

  /// - Parameter documentsMax: documents read at once.
  package init(documentsMax: Int = 2) {
    turns = TurnGate(turnsMax: documentsMax, turnsOfUserMax: documentsMax, waitMax: 16)
  }

  /// Reads a document.
  /// - Throws: `DocumentFailure`, `TurnGate.Overloaded`, `CancellationError`.
  func analyze(_ file: ScratchFile, type: DocumentType) async throws -> AnalyzeAnswer {
    let turn = try await turns.turn(for: "")
    defer { withExtendedLifetime(turn) {} }
    // Rules take milliseconds, and an event loop must not wait for them.
    let analysis = try await withTaskExecutorPreference(globalConcurrentExecutor) {
      let reading = try await reader.read(
        file, type: type, deadline: ContinuousClock.now + Self.time)
      return Self.analysis(of: reading)
    }
    return AnalyzeAnswer(analysis: analysis, model: Self.model, usage: .zero)
  }

  /// Of two readings of an image the one that says more, with what the other one adds.
  static func analysis(of reading: DocumentTextReader.Reading) -> LetterAnalysis {
    var best = LetterReader.read(reading.pages, warnings: reading.warnings)
    guard reading.isRecognised else { return best }
    if let alternative = reading.alternative {
      let other = LetterReader.read(alternative, warnings: reading.warnings)
      best = weight(other) > weight(best) ? merged(other, best) : merged(best, other)
    }
    if !reading.pages.isEmpty {
      best.warnings.append(
        "Ce document est une image : vérifiez les dates et les numéros lus sur l'original.")
    }
    return best
  }

  private static func weight(_ analysis: LetterAnalysis) -> Int {
    let dates = analysis.dates.reduce(0) { $0 + ($1.role == "autre" ? 1 : 2) }
    let decisions = analysis.decisions.reduce(0) {
      $0 + 3 + ($1.debut == nil ? 0 : 1) + ($1.fin == nil ? 0 : 1)
    }
    return dates + decisions + 2 * analysis.references.count + analysis.montants.count
      + (analysis.type == LetterKind.other.rawValue ? 0 : 2)
  }

  /// Kinds of facts that the better reading has none of are taken from the other.
  private static func merged(_ best: LetterAnalysis, _ other: LetterAnalysis) -> LetterAnalysis {
    var merged = best
    if merged.references.isEmpty { merged.references = other.references }
    if merged.decisions.isEmpty, merged.type == other.type { merged.decisions = other.decisions }
    if merged.montants.isEmpty { merged.montants = other.montants }
    if merged.dates.isEmpty { merged.dates = other.dates }
    return merged
  }
}
