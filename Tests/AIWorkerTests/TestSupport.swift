import AIWorker
import Synchronization
import Testing
import WorkerAPI

extension CacheKey {
  static func sample(_ name: String, _ scope: CacheScope = .public) -> CacheKey {
    CacheKey(
      scope: scope, prompt: "1", model: "m", options: ChatOptions(),
      corpus: CorpusStamp(version: "v", validityDate: "2026-04-01"), context: ChatContext(),
      message: name)
  }
}

/// Numbers that are the same in every run (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// A clock that a test turns.
final class ManualClock: Sendable {
  private let value = Atomic<UInt64>(1)
  func now() -> UInt64 { value.load(ordering: .relaxed) }
  func advance(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    value.add(
      UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000,
      ordering: .relaxed)
  }
}

/// A count that tasks share.
final class Counter: Sendable {
  private let number = Atomic(0)
  var value: Int { number.load(ordering: .relaxed) }
  func add() { number.add(1, ordering: .relaxed) }
}

/// A list that tasks share.
final class Collected<Element: Sendable>: Sendable {
  private let list = Mutex<[Element]>([])
  var elements: [Element] { list.withLock { $0 } }
  func add(_ element: Element) { list.withLock { $0.append(element) } }
}

/// Waits until `condition` holds; false where 10 s were not enough.
func eventually(_ condition: () async -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(1))
  }
  return false
}

/// Holds tasks until it is opened; a cancelled one goes on by throwing.
actor Gate {
  private var isOpen = false
  private var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
  private var cancelled: Set<Int> = []
  private var next = 0

  /// Tasks held now.
  var held: Int { waiting.count }

  func open() {
    isOpen = true
    for continuation in waiting.values { continuation.resume() }
    waiting.removeAll()
  }

  func pass() async throws {
    if isOpen { return }
    next += 1
    let id = next
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        if cancelled.contains(id) || Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          waiting[id] = continuation
        }
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
  }

  private func cancel(_ id: Int) {
    cancelled.insert(id)
    waiting.removeValue(forKey: id)?.resume(throwing: CancellationError())
  }
}

/// A generator whose answers a test writes; it counts what it is asked.
final class ScriptedGenerator: AnswerGenerator {
  typealias Script =
    @Sendable (ChatSendRequest, @escaping @Sendable (String) throws -> Void) async throws ->
    GeneratedAnswer

  let model = "scripted"
  private let script: Script
  private let runs = Atomic(0)

  /// How often an answer was asked for.
  var count: Int { runs.load(ordering: .relaxed) }

  init(_ script: @escaping Script) { self.script = script }

  /// Answers with the message itself, said by `scripted`.
  convenience init() {
    self.init { request, emit in
      let text = "Réponse à : \(request.message)"
      try emit(text)
      return GeneratedAnswer(
        text: text,
        sources: [ChatSource(slug: "s", title: "T", url: "/guides/s", score: 1, excerpt: "e")],
        model: "scripted",
        usage: ChatUsage(promptTokens: 10, cachedTokens: 4, candidatesTokens: 5))
    }
  }

  func generate(
    _ request: ChatSendRequest, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    runs.add(1, ordering: .relaxed)
    return try await script(request, emit)
  }
}
