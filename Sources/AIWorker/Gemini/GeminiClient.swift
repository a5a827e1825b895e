package import ServiceHost
package import Telemetry
package import Upstream
package import WorkerAPI

/// Speaks with Gemini: `generateContent`, its stream, vectors, counts of tokens.
///
/// ```swift
/// let gemini = GeminiClient(settings: settings, upstream: upstream, observe: observe)
/// let answer = try await gemini.generate(GeminiRequest(instruction: …, turns: …))
/// let streamed = try await gemini.stream(request, to: sink)
/// ```
///
/// What may pass is tried again, within the deadline, a budget and a breaker, and never once text
/// was told; a wait that the provider asks for is kept or, where it is too long for a family, the
/// answer is given up. Every call that left is observed once, with what it had told of its tokens,
/// however it ended.
///
/// Invariants: the key goes into one header and nowhere else; safety thresholds are said in every
/// request; an answer without its finish reason is no answer.
package struct GeminiClient: Sendable {
  /// A whole answer.
  package struct Answer: Sendable {
    package var text: String
    /// The `modelVersion` that answered.
    package var model: String
    /// The text ends where the bound of tokens was reached.
    package var isTruncated: Bool
    /// Every call that was made for it.
    package var calls: [ModelCall]
  }

  /// What a text is embedded for.
  package enum EmbeddingTask: String, Sendable {
    case query = "RETRIEVAL_QUERY"
    case document = "RETRIEVAL_DOCUMENT"
  }

  package static let embeddingBatchMax = 100

  /// Vectors, and the calls that making them took.
  package struct Embeddings: Sendable {
    package var vectors: [[Float]] = []
    package var calls: [ModelCall] = []
  }

  let settings: GeminiSettings
  let upstream: UpstreamClient
  let clock: TelemetryClock
  let observe: @Sendable (AIWorkerObservation) -> Void
  let gate: GeminiGate
  /// Vectors fail apart: without them an answer is still Gemini's.
  let embeddingGate: GeminiGate

  package init(
    settings: GeminiSettings, upstream: UpstreamClient, clock: TelemetryClock = .system,
    observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    self.settings = settings
    self.upstream = upstream
    self.clock = clock
    self.observe = observe
    gate = GeminiGate(clock: clock, observe: observe)
    embeddingGate = GeminiGate(clock: clock) { _ in }
  }

  /// Today in Paris, for shutdowns and prices.
  var today: String { ParisDay.text(unixSeconds: Int64(clock.wall() / 1_000_000_000)) }

  /// The model that answers today.
  package var model: GeminiModel { GeminiModel.inForce(settings.model, on: today) }

  /// The model that makes vectors today.
  package var embeddingModel: GeminiModel {
    GeminiModel.inForce(settings.embeddingModel, on: today)
  }

  // MARK: Generation

  /// A whole answer. Throws `GeminiError`, or `CancellationError`.
  package func generate(_ request: GeminiRequest) async throws -> Answer {
    let model = model
    let body = request.body(for: model)
    let (value, calls) = try await tries("generateContent", model) { deadline in
      await once("generateContent", model, body, deadline)
    }
    return Answer(
      text: value.text, model: value.version, isTruncated: value.isTruncated, calls: calls)
  }

  /// An answer as JSON of the request's schema; one that does not fit is asked for again.
  package func generateJSON(
    _ request: GeminiRequest
  ) async throws -> (value: JSONValue, answer: Answer) {
    let model = model
    let body = request.body(for: model)
    let (found, calls) = try await tries("generateContent", model) { deadline in
      await once("generateContent", model, body, deadline).map { value throws(GeminiError) in
        guard let json = try? JSONValue(parsing: Array(value.text.utf8)),
          request.schema?.accepts(json) ?? true
        else { throw GeminiError(.malformed, detail: "an answer of another shape") }
        return (json, value)
      }
    }
    return (
      found.0,
      Answer(
        text: found.1.text, model: found.1.version, isTruncated: found.1.isTruncated, calls: calls)
    )
  }

  /// An answer whose text is told as it comes. Where it fails after the sink has told text, there
  /// is no other try: `GeminiError.hasToldText`.
  package func stream(
    _ request: GeminiRequest, to sink: any GeminiTextSink
  ) async throws -> Answer {
    let model = model
    let body = request.body(for: model)
    let (value, calls) = try await tries("streamGenerateContent", model) { deadline in
      sink.restart()
      return await streamOnce(model, body, deadline, sink)
    }
    return Answer(
      text: value.text, model: value.version, isTruncated: value.isTruncated, calls: calls)
  }

  // MARK: Vectors and counts

  /// Tokens that a request would be charged for its prompt.
  package func countTokens(_ request: GeminiRequest) async throws -> Int {
    let model = model
    let body = request.countBody(for: model)
    let (count, _) = try await tries("countTokens", model) { deadline in
      await json("countTokens", model, body, deadline).map { value throws(GeminiError) in
        guard let count = value["totalTokens"]?.int else { throw GeminiError(.malformed) }
        return count
      }
    }
    return count
  }
}

/// Where the text of a stream goes.
package protocol GeminiTextSink: Sendable {
  /// More text. Throws where it is not wanted any more: the call ends.
  func add(_ text: String) throws
  /// Whether any of it was shown to anybody: then another try would say things twice.
  var hasTold: Bool { get }
  /// Another try begins: what was not told is forgotten.
  func restart()
}
