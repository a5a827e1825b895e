import Gateway
import Synchronization
import Testing

@Suite struct PasswordWorkerTests {
  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  private func code(_ body: () async throws(IdentityError) -> Void) async -> String {
    do throws(IdentityError) { try await body() } catch { return error.code }
    return "none"
  }

  @Test func hashesAndVerifies() async throws {
    let worker = try PasswordWorker(threads: 2, waitingMax: 8)
    let stored = try await worker.hash("un vrai mot de passe")
    #expect(try await worker.verify("un vrai mot de passe", stored))
    #expect(try await worker.verify("un autre mot de passe", stored) == false)
    let broken = await code { () throws(IdentityError) in _ = try await worker.verify("x", "y") }
    #expect(broken == "crypto")
  }

  @Test func refusesMoreThanMayWait() async throws {
    let worker = try PasswordWorker(threads: 1, waitingMax: 2)
    let codes = await withTaskGroup(of: String.self) { group in
      for _ in 0..<12 {
        group.addTask { await code { () throws(IdentityError) in _ = try await worker.hash("x") } }
      }
      return await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(codes.count { $0 == "overloaded" } > 0)
    #expect(codes.count { $0 == "none" } >= 3)
    #expect(Set(codes) == ["none", "overloaded"])
    // The places are free again.
    let again = await code { () throws(IdentityError) in _ = try await worker.hash("x") }
    #expect(again == "none")
  }

  @Test func whoLeavesGivesThePlaceFree() async throws {
    let worker = try PasswordWorker(threads: 1, waitingMax: 5)
    let refused = Counter()
    let tasks = (0..<12).map { _ in
      Task {
        let code = await code { () throws(IdentityError) in _ = try await worker.hash("x") }
        if code == "overloaded" { refused.value.add(1, ordering: .relaxed) }
        return code
      }
    }
    // Six found no room: one runs, five wait.
    try await IdentityTestBed.eventually("the queue is full") {
      refused.value.load(ordering: .relaxed) >= 6
    }
    for task in tasks { task.cancel() }
    var done = 0
    for task in tasks where await task.value == "none" { done += 1 }
    // One that runs is not stopped; those that wait are not begun.
    #expect((0...3).contains(done))
    let again = await code { () throws(IdentityError) in _ = try await worker.hash("x") }
    #expect(again == "none")
  }
}
