import Reactor
import Synchronization
import Testing

@Suite struct NameResolverTests {
  @Test(arguments: ["127.0.0.1", "::1", "/run/postgresql", "@abstract"])
  func literalsComeBackAsTheyAre(host: String) async throws {
    let resolver = NameResolver(lifetime: .seconds(5), waitersMax: 1) {
      .failure(NameResolver.Failure(code: .notFound, host: $0))
    }
    #expect(try await resolver.resolve(host) == [host])
  }

  @Test func findsLocalhost() async throws {
    let resolver = NameResolver()
    defer { resolver.shutdown() }
    let addresses = try await resolver.resolve("localhost")
    #expect(!Set(addresses).isDisjoint(with: ["127.0.0.1", "::1"]))
  }

  @Test func tellsANameThatDoesNotExist() async throws {
    let resolver = NameResolver()
    defer { resolver.shutdown() }
    await #expect(throws: NameResolver.Failure.self) {
      try await resolver.resolve("no..such..name")
    }
  }

  @Test func callersOfOneNameShareALookUpAndItsAnswerIsKept() async throws {
    let source = Source()
    let resolver = NameResolver(lifetime: .seconds(60), waitersMax: 100, lookUp: source.lookUp)
    defer { resolver.shutdown() }
    let answers = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<20 { group.addTask { try await resolver.resolve("worker") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: ["10.0.0.1"], count: 20))
    #expect(try await resolver.resolve("worker") == ["10.0.0.1"])
    #expect(source.lookUps.load(ordering: .relaxed) == 1)
  }

  @Test func anAnswerDiesWithItsLifetime() async throws {
    let source = Source()
    let resolver = NameResolver(lifetime: .zero, waitersMax: 100, lookUp: source.lookUp)
    defer { resolver.shutdown() }
    _ = try await resolver.resolve("worker")
    _ = try await resolver.resolve("worker")
    #expect(source.lookUps.load(ordering: .relaxed) == 2)
  }

  @Test func refusesBeyondTheQueueAndAfterShutdown() async throws {
    let full = NameResolver(lifetime: .zero, waitersMax: 0, lookUp: Source().lookUp)
    let refusal = NameResolver.Failure(code: .refused, host: "worker")
    await #expect(throws: refusal) { try await full.resolve("worker") }
    let ended = NameResolver(lifetime: .zero, waitersMax: 10, lookUp: Source().lookUp)
    ended.shutdown()
    await #expect(throws: refusal) { try await ended.resolve("worker") }
  }
}

/// A source of addresses that counts.
private final class Source: Sendable {
  let lookUps = Atomic<Int>(0)

  @Sendable func lookUp(_ host: String) -> Result<[String], NameResolver.Failure> {
    lookUps.add(1, ordering: .relaxed)
    return .success(["10.0.0.1"])
  }
}
