package import Telemetry
package import WorkerAPI

/// Answers a family's message: scope and key, cache, single flight, generation, storing.
///
/// ```swift
/// let reply = service.answer(request, bypassesCache: false)
/// let answer = try await reply.whole()          // or: for the pieces, reply.follow { … }
/// ```
///
/// One `answered` and one `cacheLookedUp` are told for each message that got its answer.
package struct ChatService: Sendable {
  let generator: any AnswerGenerator
  let flights: SingleFlight
  /// The knowledge in force now: its validity date moves with the calendar.
  let corpus: @Sendable () -> CorpusStamp
  let clock: TelemetryClock
  let observe: @Sendable (AIWorkerObservation) -> Void

  package init(
    generator: any AnswerGenerator, cache: ResponseCache, clock: TelemetryClock = .system,
    corpus: @escaping @Sendable () -> CorpusStamp,
    observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    self.generator = generator
    self.corpus = corpus
    self.clock = clock
    self.observe = observe
    flights = SingleFlight(cache: cache, now: clock.monotonic) { change in
      observe(.cacheEntriesChanged(count: change.entries))
      for (count, reason) in [
        (change.evicted, CacheEvictionReason.capacity), (change.expired, .expired),
        (change.forgotten, .reset),
      ] where count > 0 {
        observe(.cacheEvicted(count: count, reason: reason))
      }
    }
  }

  /// Finds, joins or begins the answer; returns at once.
  ///
  /// - Parameters:
  ///   - bypassesCache: neither look nor keep.
  ///   - asStream: whether the pieces are followed, or only the whole is read.
  package func answer(
    _ request: ChatSendRequest, bypassesCache: Bool, asStream: Bool = true
  ) -> ChatReply {
    let started = clock.monotonic()
    let generator = generator
    let work: SingleFlight.Work = { emit in
      try await generator.generate(request, asStream: asStream, emit: emit)
    }
    // What is personal and nobody's has no scope: it is answered and not kept.
    guard !bypassesCache, let scope = request.cacheScope else {
      return reply(.seat(flights.unshared(work: work)), .bypass, started: started)
    }
    let corpus = corpus()
    let model = generator.model(for: request)
    let key = request.cacheKey(scope: scope, model: model, corpus: corpus)
    let claim = flights.claim(
      key, for: scope,
      keyOf: { answer in
        answer.isFallback
          ? request.cacheKey(scope: scope, model: answer.model, corpus: corpus) : key
      }, work: work)
    return switch claim {
    case .hit(let answer): reply(.ready(answer), .hit, started: started)
    case .joined(let seat): reply(.seat(seat), .coalesced, started: started)
    case .started(let seat): reply(.seat(seat), .miss, started: started)
    }
  }

  private func reply(
    _ origin: ChatReply.Origin, _ cache: CacheOutcome, started: UInt64
  ) -> ChatReply {
    let result = CacheResult(cache)
    observe(.cacheLookedUp(result))
    let (observe, clock) = (observe, clock)
    return ChatReply(cache: cache, origin: origin) { answer in
      let seconds = Double(clock.monotonic() - started) / 1e9
      if cache == .coalesced { observe(.singleFlightWaited(seconds: seconds)) }
      observe(
        .answered(WorkerAnswerRecord(cache: result, model: answer.model, seconds: seconds)))
    }
  }

  /// Drops what is kept, or on its way, for one user; answers how many entries were kept.
  package func forget(user id: String) -> Int { flights.forget(user: id.lowercased()) }

  /// What is asked where the family agreed.
  package var model: String { generator.model }

  /// What `/health` says of the cache.
  package var hitRate: Double { flights.snapshot.hitRate }

  /// What `/api/chat/stats` says.
  package var stats: ChatStats {
    let corpus = corpus()
    let snapshot = flights.snapshot
    return ChatStats(
      model: generator.model, corpusVersion: corpus.version, validityDate: corpus.validityDate,
      entries: snapshot.entries, capacity: snapshot.capacity, inFlight: snapshot.inFlight,
      hits: snapshot.cache.hits, misses: snapshot.cache.misses,
      coalesced: snapshot.flights.coalesced, bypassed: snapshot.flights.bypassed,
      evictions: snapshot.cache.evictions, expirations: snapshot.cache.expirations,
      forgotten: snapshot.cache.forgotten, hitRate: snapshot.hitRate)
  }
}

extension CacheResult {
  /// The same outcome in the words of telemetry.
  init(_ outcome: CacheOutcome) {
    self =
      switch outcome {
      case .hit: .hit
      case .miss: .miss
      case .coalesced: .coalesced
      case .bypass: .bypass
      }
  }
}
