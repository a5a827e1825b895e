import Knowledge
package import Telemetry
package import WorkerAPI

/// Answers by quoting the knowledge base; calls nobody and costs no tokens.
///
/// No text leaves the process, so `consent` changes nothing here.
package struct ExtractiveGenerator: AnswerGenerator {
  /// What an answer of this generator is signed with.
  package static let model = "extractive"

  package var model: String { Self.model }
  private let answerer: ExtractiveAnswerer
  private let version: String
  private let clock: TelemetryClock
  private let observe: @Sendable (AIWorkerObservation) -> Void

  package init(
    clock: TelemetryClock = .system, observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    let index = KnowledgeIndex.standard
    answerer = ExtractiveAnswerer(index: index)
    // Reads every document: once, not for every key.
    version = index.version
    self.clock = clock
    self.observe = observe
  }

  /// The knowledge in force on this day in Paris.
  package func corpus() -> CorpusStamp {
    let today = ParisDay.text(unixSeconds: Int64(clock.wall() / 1_000_000_000))
    return CorpusStamp(
      version: version, validityDate: ReferenceAmounts.validityDate(today: today))
  }

  package func generate(
    _ request: ChatSendRequest, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    try Task.checkCancellation()
    let started = clock.monotonic()
    let answer = answerer.answer(
      request.message, history: request.history, memories: request.memories,
      sourcesMax: request.options.maxSources)
    observe(
      .retrieved(
        seconds: Double(clock.monotonic() - started) / 1e9, passages: answer.sources.count))
    for piece in AnswerPieces.split(answer.text) { try emit(piece) }
    return GeneratedAnswer(
      text: answer.text, sources: answer.sources, model: Self.model, usage: .zero)
  }
}
