import Glibc

/// Turns host names into numeric addresses on a thread of its own, since `getaddrinfo` blocks for
/// as long as a name server likes and libcurl and libpq would call it on the Reactor.
///
/// A literal address and a path of a unix socket come back as they are, without the thread. Answers
/// are kept for a few seconds, refusals for one; callers that ask for the same name share a
/// look-up. The queue is bounded: beyond it a caller is refused at once. Once a name has been asked
/// for, the thread keeps the resolver alive until `shutdown`.
///
/// `@unchecked Sendable`: `state` is touched under `lock` alone; `changed` belongs to that lock and
/// lives as long as the object.
package final class NameResolver: @unchecked Sendable {
  /// Why a name has no address.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, closed.
    package enum Code: String, Sendable, Hashable {
      /// The name does not exist or has no address.
      case notFound
      /// The name servers did not answer.
      case unavailable
      /// Too many names wait already, or the resolver is shut down.
      case refused
    }

    /// What went wrong.
    package let code: Code
    /// The name asked for.
    package let host: String

    /// Says why `host` has no address.
    package init(code: Code, host: String) {
      self.code = code
      self.host = host
    }

    package var description: String { "cannot resolve \(host): \(code.rawValue)" }
  }

  private typealias Answer = Result<[String], Failure>
  private typealias Waiter = CheckedContinuation<Answer, Never>

  private struct State {
    var queue: [String] = []
    var waiters: [String: [Waiter]] = [:]
    var waiterCount = 0
    var cache: [String: (answer: Answer, expires: UInt64)] = [:]
    var thread: SystemThread?
    var isShutDown = false
  }

  private let lifetimeNanoseconds: UInt64
  private let waitersMax: Int
  private let cacheEntriesMax = 256
  private let lookUp: @Sendable (String) -> Result<[String], Failure>
  private let lock = SystemLock()
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var state = State()

  /// Makes a resolver over the system's `getaddrinfo`; its thread starts with the first name.
  /// - Parameters:
  ///   - lifetime: how long an answer is kept.
  ///   - waitersMax: callers that may wait at once.
  package convenience init(lifetime: Duration = .seconds(5), waitersMax: Int = 1024) {
    self.init(lifetime: lifetime, waitersMax: waitersMax, lookUp: Self.systemLookUp)
  }

  /// Makes a resolver over another source of addresses; `lookUp` may block.
  package init(
    lifetime: Duration, waitersMax: Int,
    lookUp: @escaping @Sendable (String) -> Result<[String], Failure>
  ) {
    lifetimeNanoseconds = Reactor.nanoseconds(lifetime)
    self.waitersMax = waitersMax
    self.lookUp = lookUp
    changed = .allocate(capacity: 1)
    changed.initialize(to: pthread_cond_t())
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    changed.deallocate()
  }

  /// Numeric addresses of a host, in the system's order of preference, never empty.
  ///
  /// Not cut short by cancellation: race it against a deadline of your own.
  package func resolve(_ host: String) async throws(Failure) -> [String] {
    if Self.isLiteral(host) { return [host] }
    let answer: Answer = await withCheckedContinuation { waiter in
      if let answer = ask(host, waiter) { waiter.resume(returning: answer) }
    }
    return try answer.get()
  }

  /// Whether a host needs no look-up: an IPv4 or IPv6 address, or a path of a unix socket.
  package static func isLiteral(_ host: String) -> Bool {
    if host.hasPrefix("/") || host.hasPrefix("@") { return true }
    var address = in6_addr()
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
  }

  /// Refuses what waits and ends the thread once its look-up returns. Does not wait for it, since
  /// that may take as long as a name server likes. Idempotent.
  package func shutdown() {
    let waiters: [(String, Waiter)] = lock.withLock {
      state.isShutDown = true
      state.thread?.detach()
      state.thread = nil
      state.queue = []
      defer { state.waiters = [:] }
      pthread_cond_broadcast(changed)
      return state.waiters.flatMap { host, waiters in waiters.map { (host, $0) } }
    }
    for (host, waiter) in waiters {
      waiter.resume(returning: .failure(Failure(code: .refused, host: host)))
    }
  }

  /// The answer if it is known or refused at once; else the waiter is kept.
  private func ask(_ host: String, _ waiter: Waiter) -> Answer? {
    lock.withLock {
      let refusal = Answer.failure(Failure(code: .refused, host: host))
      if state.isShutDown { return refusal }
      if let known = state.cache[host], known.expires > Reactor.now() { return known.answer }
      guard state.waiterCount < waitersMax else { return refusal }
      if state.thread == nil {
        do {
          state.thread = try SystemThread(name: "resolver") { [self] in run() }
        } catch {
          return refusal
        }
      }
      state.waiterCount += 1
      if state.waiters[host] == nil {
        state.waiters[host] = [waiter]
        state.queue.append(host)
        pthread_cond_signal(changed)
      } else {
        state.waiters[host]?.append(waiter)
      }
      return nil
    }
  }

  private func run() {
    while let host = nextHost() {
      let answer = lookUp(host)
      let waiters: [Waiter] = lock.withLock {
        let now = Reactor.now()
        if state.cache.count >= cacheEntriesMax {
          state.cache = state.cache.filter { $0.value.expires > now }
          if state.cache.count >= cacheEntriesMax { state.cache = [:] }
        }
        let lifetime =
          switch answer {
          case .success: lifetimeNanoseconds
          case .failure: min(lifetimeNanoseconds, 1_000_000_000)
          }
        state.cache[host] = (answer, now + lifetime)
        let waiters = state.waiters.removeValue(forKey: host) ?? []
        state.waiterCount -= waiters.count
        return waiters
      }
      for waiter in waiters { waiter.resume(returning: answer) }
    }
  }

  private func nextHost() -> String? {
    lock.withLock {
      while state.queue.isEmpty, !state.isShutDown { pthread_cond_wait(changed, lock.mutex) }
      return state.isShutDown ? nil : state.queue.removeFirst()
    }
  }

  private static func systemLookUp(_ host: String) -> Result<[String], Failure> {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    var code = getaddrinfo(host, nil, &hints, &list)
    if code != 0 {
      // Without an outside interface AI_ADDRCONFIG hides even the loopback names.
      hints.ai_flags = 0
      code = getaddrinfo(host, nil, &hints, &list)
    }
    guard code == 0 else {
      let passing = code == EAI_AGAIN || code == EAI_SYSTEM || code == EAI_MEMORY
      return .failure(Failure(code: passing ? .unavailable : .notFound, host: host))
    }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next {
      var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let named = getnameinfo(
        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0,
        NI_NUMERICHOST)
      if named == 0 {
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let address = String(decoding: bytes, as: UTF8.self)
        if !addresses.contains(address) { addresses.append(address) }
      }
      next = entry.pointee.ai_next
    }
    return addresses.isEmpty
      ? .failure(Failure(code: .notFound, host: host)) : .success(addresses)
  }
}
