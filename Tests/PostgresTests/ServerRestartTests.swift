import Foundation
import Postgres
import Testing

/// A server of its own that is restarted, and that crashes, under load.
@Suite(.serialized) struct ServerRestartTests {
  /// What a load saw.
  private final class Record: Sendable {
    private struct State {
      var acknowledged: Set<String> = []
      var strange: [String] = []
      var unavailableCount = 0
      /// Successes in a row of each worker since `mark`.
      var well: [Int: Int] = [:]
    }
    private let state = Locked(State())

    func acknowledge(_ id: String, by worker: Int) {
      state.withLock {
        $0.acknowledged.insert(id)
        $0.well[worker, default: 0] += 1
      }
    }

    func fail(_ error: PostgresError, by worker: Int) {
      state.withLock {
        $0.well[worker] = 0
        if error.isUnavailable { $0.unavailableCount += 1 } else { $0.strange.append("\(error)") }
      }
    }

    func mark() { state.withLock { $0.well = [:] } }
    var acknowledged: Set<String> { state.withLock { $0.acknowledged } }
    var strange: [String] { state.withLock { $0.strange } }
    var unavailableCount: Int { state.withLock { $0.unavailableCount } }
    /// Workers with this many successes in a row.
    func wellCount(_ successes: Int) -> Int {
      state.withLock { $0.well.values.count { $0 >= successes } }
    }
  }

  @Test func aRestartUnderLoadCostsUnavailabilityOnlyAndLosesNothing() async throws {
    let cluster = try await TestCluster()
    let record = Record()
    let workers = 12
    try await withPool(
      try TestPool(url: cluster.gatewayURL) {
        // As the gateway has it.
        let defaults = PostgresSettings(url: "")
        $0.poolSize = 6
        $0.acquireTimeout = defaults.acquireTimeout
        $0.runTimeout = defaults.runTimeout
        $0.connectTimeout = defaults.connectTimeout
      }
    ) { pool async throws in
      let user = try await TestUser.make(pool)
      try await withThrowingTaskGroup { group in
        for worker in 0..<workers {
          group.addTask {
            while !Task.isCancelled {
              let id = UUID().uuidString.lowercased()
              do throws(PostgresError) {
                _ = try await pool.pool.run([user.insertConversation(id)], as: user.identity)
                record.acknowledge(id, by: worker)
              } catch {
                if error.code == .cancelled { return }
                record.fail(error, by: worker)
                // A client that is told to come again does not come at once.
                try? await Task.sleep(for: .milliseconds(5))
              }
            }
          }
        }
        for crashing in [false, true] {
          record.mark()
          _ = try await TestDatabase.eventually("the load runs") {
            record.wellCount(20) == workers ? true : nil
          }
          let before = record.unavailableCount
          try await cluster.stop(crashing: crashing)
          _ = try await TestDatabase.eventually("the load sees that it is away") {
            record.unavailableCount > before + 20 ? true : nil
          }
          try await cluster.start()
          let start = ContinuousClock.now
          record.mark()
          _ = try await TestDatabase.eventually("all is normal", within: .seconds(5)) {
            record.wellCount(20) == workers ? true : nil
          }
          let time = ContinuousClock.now - start
          print("restart, crashing \(crashing): normal after \(time)")
        }
        group.cancelAll()
        try await group.waitForAll()
      }
      #expect(record.strange == [])
      let status = await pool.pool.status
      #expect(status.inUse == 0 && status.waiting == 0 && status.idle <= 6)
      let rows = try await pool.run("select id::text from conversations", as: user.identity)
      let kept = Set(try rows.map { try $0.string(0) })
      #expect(record.acknowledged.count > 400)
      #expect(record.acknowledged.subtracting(kept).isEmpty, "acknowledged rows are lost")
    }
    try await cluster.remove()
  }
}
