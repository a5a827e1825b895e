package import WorkerAPI

/// One request's answer, ready or on its way: read it whole, or follow it.
package struct ChatReply: Sendable {
  enum Origin: Sendable {
    case ready(GeneratedAnswer)
    case seat(FlightSeat)
  }

  /// How the cache takes part; known before the answer is.
  package let cache: CacheOutcome
  private let origin: Origin
  private let answered: @Sendable (GeneratedAnswer) -> Void

  init(
    cache: CacheOutcome, origin: Origin, answered: @escaping @Sendable (GeneratedAnswer) -> Void
  ) {
    self.cache = cache
    self.origin = origin
    self.answered = answered
  }

  /// The whole answer. Throws `ChatFailure`, or `CancellationError` where the caller left.
  package func whole() async throws -> ChatSendAnswer {
    switch origin {
    case .ready(let answer): return finish(answer)
    case .seat(let seat):
      defer { seat.leave() }
      return finish(try await seat.answer())
    }
  }

  /// Tells the events of the answer as they come, several at once where several are there: `start`,
  /// `delta`s, `sources`, `done`. A kept answer is told like one that is being made.
  ///
  /// A failure of the answer becomes the event `error`; what `tell` throws goes through, and so
  /// does a cancellation: a stream that ends by them has neither `done` nor `error`.
  package func follow(_ tell: ([ChatEvent]) async throws -> Void) async throws {
    switch origin {
    case .ready(let answer):
      let deltas = AnswerPieces.split(answer.text).map(ChatEvent.delta)
      try await tell([.start(ChatStart(cache: cache))] + deltas + ending(answer))
    case .seat(let seat):
      defer { seat.leave() }
      try await tell([.start(ChatStart(cache: cache))])
      var index = 0
      while true {
        let step: AnswerFlight.Step
        do {
          step = try await seat.step(after: index)
        } catch var failure as ChatFailure {
          // Whoever began the answer tells what it spent.
          if cache.isCached { failure.calls = [] }
          return try await tell([.error(failure)])
        }
        switch step {
        case .piece(let piece):
          index += 1
          try await tell([.delta(piece)])
        case .landed(let answer):
          return try await tell(ending(answer))
        }
      }
    }
  }

  private func ending(_ answer: GeneratedAnswer) -> [ChatEvent] {
    [.sources(answer.sources), .done(finish(answer))]
  }

  /// The answer as this request's: who did not make it spent nothing.
  private func finish(_ answer: GeneratedAnswer) -> ChatSendAnswer {
    answered(answer)
    return ChatSendAnswer(
      answer: answer.text, sources: answer.sources, cache: cache, model: answer.model,
      usage: cache.isCached ? .zero : answer.usage,
      // A fallback's tokens were lost, not saved.
      tokensSaved: cache.isCached && !answer.isFallback ? answer.usage.totalTokens : 0,
      calls: cache.isCached ? [] : answer.calls)
  }
}
