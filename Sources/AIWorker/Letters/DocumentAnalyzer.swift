import ServiceHost
package import Telemetry
import WorkerAPI

/// The service behind `POST /api/chat/analyze`: a file becomes an analysis.
///
/// | asked | read by |
/// | --- | --- |
/// | without consent, or no key | rules over the text: nothing leaves this machine |
/// | with consent | rules, and a model that sees the file; both merged, held against the text |
/// | the model fails | rules alone, and the analysis says so |
/// | more pages than are read | rules alone: a model would cost and see what nothing could check |
///
/// Reading costs processor and memory, so few documents are read at once and a bounded number wait.
package struct DocumentAnalyzer: Sendable {
  /// What `model` says of an analysis by rules.
  package static let model = "rules"
  /// What a family is told where the model could not help.
  static let fallbackWarning =
    "La lecture assistée n'a pas répondu : ce courrier a été lu par nos règles seules."
  /// For one document, from its last byte, without the model.
  private static let time = Duration.seconds(9)

  private let reader = DocumentTextReader()
  private let turns: TurnGate
  private let vision: LetterVision?
  private let observe: @Sendable (AIWorkerObservation) -> Void

  /// - Parameters:
  ///   - documentsMax: documents read at once.
  ///   - gemini: what looks at letters where the family agreed; nil where there is no key.
  package init(
    documentsMax: Int = 2, gemini: GeminiClient? = nil,
    observe: @escaping @Sendable (AIWorkerObservation) -> Void = { _ in }
  ) {
    turns = TurnGate(turnsMax: documentsMax, turnsOfUserMax: documentsMax, waitMax: 16)
    vision = gemini.map(LetterVision.init)
    self.observe = observe
  }

  /// Reads a document.
  /// - Parameter consent: whether the family agreed that it goes to a model outside.
  /// - Throws: `DocumentFailure`, `TurnGate.Overloaded`, `CancellationError`.
  func analyze(
    _ file: ScratchFile, type: DocumentType, consent: Bool
  ) async throws -> AnalyzeAnswer {
    let read = try await self.read(file, type)
    guard consent, let vision, read.isWhole else { return Self.answer(read.facts) }
    do {
      let (seen, answer) = try await vision.look(at: file, type: type, text: read.facts.text)
      let merge = LetterMerge(
        read.facts, with: seen, texts: read.texts, isRecognised: read.isRecognised)
      for (kind, count) in merge.refused { observe(.factsFlagged(kind: kind, count: count)) }
      return AnalyzeAnswer(
        analysis: merge.facts.analysis, model: answer.model, usage: answer.calls.usage,
        calls: answer.calls)
    } catch let error as GeminiError {
      return standIn(read.facts, for: error.code.rawValue, calls: error.calls)
    } catch is TurnGate.Overloaded {
      return standIn(read.facts, for: GeminiError.Code.busy.rawValue, calls: [])
    }
  }

  private func standIn(
    _ facts: LetterFacts, for reason: String, calls: [ModelCall]
  ) -> AnalyzeAnswer {
    observe(.fellBack(reason: reason))
    var answer = Self.answer(facts)
    answer.analysis.warnings.append(Self.fallbackWarning)
    answer.calls = calls
    answer.usage = calls.usage
    return answer
  }

  private static func answer(_ facts: LetterFacts) -> AnalyzeAnswer {
    AnalyzeAnswer(analysis: facts.analysis, model: model, usage: .zero)
  }

  // MARK: On this machine

  /// What was read without a model.
  private struct LocalReading: Sendable {
    var facts: LetterFacts
    var texts: [FoldedText]
    var isRecognised: Bool
    /// Every page was read.
    var isWhole: Bool
  }

  private func read(_ file: ScratchFile, _ type: DocumentType) async throws -> LocalReading {
    let turn = try await turns.turn(for: "")
    defer { withExtendedLifetime(turn) {} }
    // Rules take milliseconds, and an event loop must not wait for them.
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      Self.facts(
        of: try await reader.read(file, type: type, deadline: ContinuousClock.now + Self.time))
    }
  }

  /// Of two readings of an image the one that says more, with what the other one adds.
  private static func facts(of reading: DocumentTextReader.Reading) -> LocalReading {
    var facts = LetterReader.read(reading.pages, warnings: reading.warnings)
    var texts = [facts.text]
    if reading.isRecognised {
      if let alternative = reading.alternative {
        let other = LetterReader.read(alternative, warnings: reading.warnings)
        texts.append(other.text)
        facts = .better(facts, other)
      }
      if !reading.pages.isEmpty {
        facts.warnings.append(
          "Ce document est une image : vérifiez les dates et les numéros lus sur l'original.")
      }
    }
    return LocalReading(
      facts: facts, texts: texts, isRecognised: reading.isRecognised, isWhole: !reading.isCut)
  }
}
