import Knowledge
package import Telemetry
package import WorkerAPI

/// Answers with Gemini from passages of the documents, where the family agreed to it; else, and
/// where Gemini cannot, by extraction, marked as such.
///
/// | asked | answered by |
/// | --- | --- |
/// | without consent, or about health or distress | extraction: no text leaves the process |
/// | what no document treats | extraction, which says so: a call would cost and know no better |
/// | with consent | Gemini; its facts are held against the passages |
/// | Gemini fails before a word was told | extraction, as a fallback that is not kept as Gemini's |
/// | Gemini fails after a word was told | nobody: an answer must not change its author half-way |
package struct GeminiGenerator: AnswerGenerator {
  private let gemini: GeminiClient
  private let extractive: ExtractiveGenerator
  private let search: PassageSearch
  private let facts = PassageFacts()
  private let clock: TelemetryClock
  private let observe: @Sendable (AIWorkerObservation) -> Void

  package init(
    gemini: GeminiClient, extractive: ExtractiveGenerator, vectors: PassageVectors? = nil,
    clock: TelemetryClock = .system, observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    self.gemini = gemini
    self.extractive = extractive
    self.clock = clock
    self.observe = observe
    search = PassageSearch(index: .standard, vectors: vectors, now: clock.monotonic)
  }

  package var model: String { gemini.model.name }

  package func model(for request: ChatSendRequest) -> String {
    request.consent ? model : extractive.model
  }

  package func generate(
    _ request: ChatSendRequest, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    try await generate(request, asStream: true, emit: emit)
  }

  package func generate(
    _ request: ChatSendRequest, asStream: Bool, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    guard request.consent, HealthQuestion.judge(request.message) == .none else {
      return try await extractive.generate(request, emit: emit)
    }
    let found = try await search.find(request)
    let choice = found.choice
    guard !choice.documents.isEmpty else {
      return try await extractive.generate(request, emit: emit)
    }
    observe(
      .retrieved(
        seconds: Double(found.nanoseconds) / 1e9,
        passages: choice.documents.reduce(0) { $0 + $1.passages.count }))
    let prompt = GeminiPrompt.request(request, choice)
    let check = AnswerCheck(
      passages: choice.texts, sources: choice.documents.count, values: facts.values)
    do {
      let (text, answer) =
        asStream
        ? try await streamed(prompt, check, emit) : try await whole(prompt, check, emit)
      let calls = untold + found.calls + answer.calls
      return GeneratedAnswer(
        text: text, sources: choice.sources, model: answer.model, usage: calls.usage,
        calls: calls)
    } catch var error as GeminiError {
      error.calls = untold + found.calls + error.calls
      return try await standIn(for: error, request, emit: emit)
    }
  }

  /// Calls for the passages' vectors that no answer has told yet.
  private var untold: [ModelCall] { search.vectors?.takeCalls() ?? [] }

  private func streamed(
    _ prompt: GeminiRequest, _ check: AnswerCheck,
    _ emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> (String, GeminiClient.Answer) {
    let text = CheckedText(check, emit: emit)
    var answer = try await gemini.stream(prompt, to: text)
    if answer.isTruncated { try text.add("…") }
    let (whole, checked) = try text.finish()
    tell(checked)
    answer.text = whole
    return (whole, answer)
  }

  private func whole(
    _ prompt: GeminiRequest, _ check: AnswerCheck,
    _ emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> (String, GeminiClient.Answer) {
    let answer = try await gemini.generate(prompt)
    var check = check
    var text = check.mend(answer.text + (answer.isTruncated ? "…" : ""))
    text += check.note ?? ""
    tell(check)
    for piece in AnswerPieces.split(text) { try emit(piece) }
    return (text, answer)
  }

  private func tell(_ check: AnswerCheck) {
    for (kind, count) in check.flagged { observe(.factsFlagged(kind: kind, count: count)) }
  }

  private func standIn(
    for error: GeminiError, _ request: ChatSendRequest,
    emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    guard !error.hasToldText else {
      throw ChatFailure(
        code: "generation_failed", message: "The model's answer broke off: \(error.code.rawValue).",
        calls: error.calls)
    }
    observe(.fellBack(reason: error.code.rawValue))
    var answer = try await extractive.generate(request, emit: emit)
    answer.isFallback = true
    answer.calls = error.calls
    answer.usage = error.calls.usage
    return answer
  }
}
