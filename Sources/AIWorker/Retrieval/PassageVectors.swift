package import Knowledge
import ServiceHost
import Synchronization
package import Telemetry
package import WorkerAPI

/// The passages as vectors of the provider, and the ones nearest to a question.
///
/// Vectors come from the file; those that are missing there are asked for once, in the background,
/// when the first question wants them. Until all are there, and whenever the question's own vector
/// fails or is late, `nearest` says nil and words alone choose: no question waits longer than
/// `questionDeadline`, and none at all while the passages are being embedded.
///
/// | state | a question | ends |
/// | --- | --- | --- |
/// | missing | starts the making, goes without | making |
/// | making | goes without | ready, or failed |
/// | failed | goes without, until the pause is over | making |
/// | ready | has its own vector made | – |
///
/// Calls that were made for no question in particular are told with the next answer
/// (`takeCalls`), so that the gateway's ledger holds them too.
package final class PassageVectors: Sendable {
  /// What was found for a question.
  package struct Found: Sendable {
    /// The nearest passages by their place in the index; nil where words alone must do.
    package var matches: [VectorMatrix.Match]?
    /// Calls that the question itself caused.
    package var calls: [ModelCall] = []
  }

  package static let dimensions = 768
  package static let questionDeadline = Duration.milliseconds(600)
  private static let matchesMax = 12
  private static let pauseFirst: UInt64 = 60_000_000_000
  private static let pauseMax: UInt64 = 3_600_000_000_000
  /// Calls kept for an answer to tell; more than there are batches.
  private static let callsMax = 16

  private enum Phase {
    case missing
    case making
    case failed(until: UInt64)
    case ready(VectorMatrix)
  }

  private struct State {
    var phase = Phase.missing
    var vectors: VectorFile.Vectors = [:]
    var pause = PassageVectors.pauseFirst
    var calls: [ModelCall] = []
    /// The model whose vectors these are.
    var model = ""
  }

  private let gemini: GeminiClient
  private let file: VectorFile?
  private let texts: [String]
  private let deadline: Duration
  private let clock: TelemetryClock
  private let observe: @Sendable (AIWorkerObservation) -> Void
  private let state = Mutex(State())

  package init(
    gemini: GeminiClient, index: KnowledgeIndex = .standard, path: String?,
    deadline: Duration = PassageVectors.questionDeadline, clock: TelemetryClock = .system,
    observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    self.gemini = gemini
    self.deadline = deadline
    self.clock = clock
    self.observe = observe
    file = path.map { VectorFile(path: $0) }
    texts = index.passages.map { "\($0.title)\n\($0.heading)\n\($0.text)" }
    readFile()
  }

  /// True where questions have their own vector made.
  package var isReady: Bool {
    state.withLock { if case .ready = $0.phase { true } else { false } }
  }

  /// The passages nearest to a question. The caller sees to it that its text may go out.
  package func nearest(to question: String) async throws -> Found {
    guard let matrix = matrix() else { return Found() }
    do {
      let embedded = try await gemini.embed(
        [question], for: .query, dimensions: Self.dimensions, within: deadline, triesMax: 1)
      return Found(
        matches: embedded.vectors.first.map { matrix.nearest(to: $0, limit: Self.matchesMax) },
        calls: embedded.calls)
    } catch let error as GeminiError {
      observe(.vectorsFailed(reason: error.code.rawValue))
      return Found(calls: error.calls)
    }
  }

  /// Calls that nobody told yet.
  package func takeCalls() -> [ModelCall] {
    state.withLock { state in
      defer { state.calls = [] }
      return state.calls
    }
  }

  // MARK: The passages

  /// The vectors, where they are all there; else sees to it that they will be.
  private func matrix() -> VectorMatrix? {
    let now = clock.monotonic()
    let model = gemini.embeddingModel.name
    let (matrix, begins): (VectorMatrix?, Bool) = state.withLock { state in
      // Its successor took over: vectors of two models are not comparable.
      if state.model != model {
        state.model = model
        if case .making = state.phase { return (nil, false) }
        state.phase = .missing
      }
      switch state.phase {
      case .ready(let matrix): return (matrix, false)
      case .making: return (nil, false)
      case .failed(let until) where now < until: return (nil, false)
      case .failed, .missing:
        state.phase = .making
        return (nil, true)
      }
    }
    // Of no question's own: it goes on when the one that began it is gone.
    if begins { Task { await make(model) } }
    return matrix
  }

  private func key(_ text: String, _ model: String) -> [UInt8] {
    VectorFile.key(text, model: model, dimensions: Self.dimensions)
  }

  private func readFile() {
    guard let file else { return }
    let model = gemini.embeddingModel.name
    do throws(VectorFile.Failure) {
      let vectors = try file.read(dimensions: Self.dimensions)
      let wanted = texts.map { key($0, model) }
      // What no passage has any more is dropped.
      let kept = vectors.filter { wanted.contains($0.key) }
      state.withLock { state in
        state.model = model
        state.vectors = kept
        if let matrix = Self.matrix(wanted, kept) { state.phase = .ready(matrix) }
      }
      observe(.vectorsRead(passages: kept.count, missing: texts.count - kept.count, refused: nil))
    } catch {
      observe(.vectorsRead(passages: 0, missing: texts.count, refused: error.rawValue))
    }
  }

  private static func matrix(
    _ keys: [[UInt8]], _ vectors: VectorFile.Vectors
  ) -> VectorMatrix? {
    let rows = keys.compactMap { vectors[$0] }
    guard rows.count == keys.count, !rows.isEmpty else { return nil }
    return VectorMatrix(rows, dimensions: dimensions)
  }

  private func make(_ model: String) async {
    let keys = texts.map { key($0, model) }
    var vectors = state.withLock { $0.vectors }
    let missing = texts.indices.filter { vectors[keys[$0]] == nil }
    var failure: String?
    for start in stride(from: 0, to: missing.count, by: GeminiClient.embeddingBatchMax) {
      let batch = missing[start..<min(start + GeminiClient.embeddingBatchMax, missing.count)]
      do {
        let embedded = try await gemini.embed(
          batch.map { texts[$0] }, for: .document, dimensions: Self.dimensions)
        keep(embedded.calls)
        for (place, vector) in zip(batch, embedded.vectors) { vectors[keys[place]] = vector }
      } catch {
        keep((error as? GeminiError)?.calls ?? [])
        failure = (error as? GeminiError)?.code.rawValue ?? "cancelled"
        break
      }
    }
    finish(keys, vectors, failure: failure)
    guard failure == nil, let file else { return }
    let wanted = Set(keys)
    do throws(VectorFile.Failure) {
      try file.write(vectors.filter { wanted.contains($0.key) }, dimensions: Self.dimensions)
    } catch {
      observe(
        .internalFault(
          message: "the vectors could not be saved: \(error.rawValue)", requestID: nil))
    }
  }

  private func keep(_ calls: [ModelCall]) {
    state.withLock { $0.calls = ($0.calls + calls).suffix(Self.callsMax) }
  }

  private func finish(_ keys: [[UInt8]], _ vectors: VectorFile.Vectors, failure: String?) {
    let now = clock.monotonic()
    state.withLock { state in
      // What came before the failure need not be asked for again.
      state.vectors = vectors
      if failure == nil, let matrix = Self.matrix(keys, vectors) {
        state.phase = .ready(matrix)
        state.pause = Self.pauseFirst
      } else {
        state.phase = .failed(until: now + state.pause)
        state.pause = min(state.pause * 2, Self.pauseMax)
      }
    }
    if let failure {
      observe(.vectorsFailed(reason: failure))
    } else {
      observe(.vectorsMade(passages: keys.count))
    }
  }
}
