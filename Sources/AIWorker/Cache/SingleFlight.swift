import Synchronization
package import WorkerAPI

/// Keeps answers, and sees to it that one answer is made once however many ask for it.
///
/// Looking up, joining and starting are one step under one lock: between "not in the cache" and
/// "not on its way" no answer can land unseen.
///
/// What is stored: complete answers only, under the key of the model that made them, and only while
/// their flight is still in the table. `forget` takes a user's flights out of it, so an answer that
/// was on its way when the user left is not kept either.
package final class SingleFlight: Sendable {
  /// Where a lookup's answer comes from.
  package enum Claim: Sendable {
    case hit(GeneratedAnswer)
    case joined(FlightSeat)
    case started(FlightSeat)
  }

  /// Makes an answer, telling its pieces as they come.
  package typealias Work =
    @Sendable (_ emit: @escaping @Sendable (String) throws -> Void) async throws -> GeneratedAnswer

  private struct Running {
    let flight: AnswerFlight
    let scope: CacheScope
  }

  private struct State {
    var cache: ResponseCache
    var flights: [CacheKey: Running] = [:]
    var counts = FlightCounts()
  }

  /// Nanoseconds of a clock that never goes back.
  private let now: @Sendable () -> UInt64
  /// Told after entries came or went.
  private let changed: @Sendable (CacheChange) -> Void
  private let state: Mutex<State>

  package init(
    cache: ResponseCache, now: @escaping @Sendable () -> UInt64,
    changed: @escaping @Sendable (CacheChange) -> Void = { _ in }
  ) {
    state = Mutex(State(cache: cache))
    self.now = now
    self.changed = changed
  }

  /// The answer under `key`, a seat in the flight that makes it, or one in a flight begun now.
  ///
  /// - Parameter keyOf: the key of an answer that another model than the one asked has made.
  package func claim(
    _ key: CacheKey, for scope: CacheScope,
    keyOf: @escaping @Sendable (GeneratedAnswer) -> CacheKey,
    work: @escaping Work
  ) -> Claim {
    let now = now()
    let (claim, started): (Claim, AnswerFlight?) = update { state in
      if let running = state.flights[key], running.scope == scope,
        let seat = running.flight.takeSeat()
      {
        state.counts.coalesced += 1
        return (.joined(seat), nil)
      }
      if let answer = state.cache.find(key, for: scope, now: now) { return (.hit(answer), nil) }
      let flight = AnswerFlight()
      state.flights[key] = Running(flight: flight, scope: scope)
      return (.started(flight.firstSeat()), flight)
    }
    if let started {
      run(started, work: work) { [self] answer in
        store(answer, of: started, key, keyOf(answer), scope)
      } failed: { [self] in
        drop(started, key)
      }
    }
    return claim
  }

  /// A seat in a flight that nobody joins and whose answer is not kept.
  package func unshared(work: @escaping Work) -> FlightSeat {
    let flight = AnswerFlight()
    let seat = flight.firstSeat()
    state.withLock { $0.counts.bypassed += 1 }
    run(flight, work: work) { _ in
    } failed: {
    }
    return seat
  }

  /// Drops what is kept, or on its way, for one user; answers how many entries were kept.
  package func forget(user id: String) -> Int {
    update { state in
      state.flights = state.flights.filter { $0.value.scope != .user(id) }
      return state.cache.forget(user: id)
    }
  }

  /// Public answers kept now, the least recently used first.
  package func publicEntries() -> [ResponseCache.PublicEntry] {
    let now = now()
    return state.withLock { $0.cache.publicEntries(now: now) }
  }

  /// Keeps public answers of before; answers how many.
  package func restore(_ entries: [ResponseCache.PublicEntry]) -> Int {
    let now = now()
    return update { $0.cache.restore(entries, now: now) }
  }

  /// What happened since the start.
  package var snapshot: Snapshot {
    state.withLock {
      Snapshot(
        cache: $0.cache.counts, flights: $0.counts, entries: $0.cache.count,
        capacity: $0.cache.capacity, inFlight: $0.flights.count)
    }
  }

  // MARK: Landing

  private func run(
    _ flight: AnswerFlight, work: @escaping Work,
    made: @escaping @Sendable (GeneratedAnswer) -> Void, failed: @escaping @Sendable () -> Void
  ) {
    flight.start {
      do {
        let answer = try await work { try flight.add($0) }
        // Stored before it lands: who was told `done` and asks again finds it.
        made(answer)
        flight.land(.success(answer))
      } catch {
        failed()
        flight.land(.failure(Self.failure(for: error)))
      }
    }
  }

  private func store(
    _ answer: GeneratedAnswer, of flight: AnswerFlight, _ key: CacheKey, _ answerKey: CacheKey,
    _ scope: CacheScope
  ) {
    let now = now()
    update { state in
      guard state.flights[key]?.flight === flight else { return }
      state.flights[key] = nil
      state.cache.put(answer.kept, under: answerKey, for: scope, now: now)
    }
  }

  private func drop(_ flight: AnswerFlight, _ key: CacheKey) {
    state.withLock { state in
      if state.flights[key]?.flight === flight { state.flights[key] = nil }
    }
  }

  /// Changes the state and tells what that did to the cache; the cache itself stays inside the
  /// lock, since a copy would make the next change copy every entry.
  private func update<Value: Sendable>(_ change: (inout sending State) -> Value) -> Value {
    let (value, telling) = state.withLock { state -> (Value, CacheChange?) in
      let before = state.cache.counts
      let entries = state.cache.count
      let value = change(&state)
      let after = state.cache.counts
      let telling = CacheChange(
        entries: state.cache.count, evicted: after.evictions - before.evictions,
        expired: after.expirations - before.expirations,
        forgotten: after.forgotten - before.forgotten)
      return (value, entries == telling.entries && telling.dropped == 0 ? nil : telling)
    }
    if let telling { changed(telling) }
    return value
  }

  private static func failure(for error: any Error) -> ChatFailure {
    switch error {
    case let failure as ChatFailure: failure
    case is CancellationError:
      ChatFailure(code: "cancelled", message: "Nobody waited for the answer any more.")
    default:
      ChatFailure(code: "generation_failed", message: "The answer could not be made.")
    }
  }
}

extension SingleFlight {
  /// How often an answer was shared or made for one request alone.
  package struct FlightCounts: Sendable, Hashable {
    package var coalesced = 0
    package var bypassed = 0
  }

  /// What one step did to the cache.
  package struct CacheChange: Sendable, Hashable {
    /// Entries held afterwards.
    package var entries: Int
    package var evicted: Int
    package var expired: Int
    package var forgotten: Int

    package var dropped: Int { evicted + expired + forgotten }
  }

  /// Counts of one moment.
  package struct Snapshot: Sendable {
    package var cache: ResponseCache.Counts
    package var flights: FlightCounts
    package var entries: Int
    package var capacity: Int
    package var inFlight: Int

    /// (hit + coalesced) / (hit + coalesced + miss); 0 before the first.
    package var hitRate: Double {
      let good = cache.hits + flights.coalesced
      let all = good + cache.misses
      return all == 0 ? 0 : Double(good) / Double(all)
    }
  }
}
