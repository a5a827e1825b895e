import Synchronization

/// One transaction in several steps, over one connection of a pool: for rows that come in bit by
/// bit and must be there all or not at all.
///
/// ```swift
/// let transaction = pool.transaction(as: .user(claims: claims), restMax: .seconds(60))
/// for try await part in parts { _ = try await transaction.run([insert(part)]) }
/// _ = try await transaction.commit([insertHead])
/// ```
///
/// Role and claims are set with the first step and hold to the end; a Sync comes only with the
/// last, so that the steps are one implicit transaction. One that is dropped, cancelled, rests too
/// long or fails leaves nothing: its connection is closed, or has been told to roll back.
///
/// It is for one task at a time: steps do not overlap.
package final class PostgresTransaction: Sendable {
  private enum State {
    case unbegun
    case open(UInt64)
    case ended
  }

  private let pool: PostgresPool
  private let identity: PostgresIdentity
  private let restMax: Duration
  private let state = Mutex(State.unbegun)

  init(pool: PostgresPool, identity: PostgresIdentity, restMax: Duration) {
    self.pool = pool
    self.identity = identity
    self.restMax = restMax
  }

  deinit { rollback() }

  /// Runs statements within the transaction; their results, in order.
  /// - Throws: the first error; the transaction has then ended, and nothing of it is left.
  package func run(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows]
  {
    try await step(statements, isLast: false)
  }

  /// Runs the last statements and commits.
  /// - Throws: as `PostgresPool.run`: after `connectionLost`, `timeout` and `cancelled` it may have
  ///   been committed.
  package func commit(
    _ statements: [PostgresStatement]
  ) async throws(PostgresError) -> [PostgresRows] {
    try await step(statements, isLast: true)
  }

  /// Ends it with nothing left of it. Harmless when it has ended.
  package func rollback() {
    let id = state.withLock { state -> UInt64? in
      defer { state = .ended }
      if case .open(let id) = state { return id }
      return nil
    }
    guard let id else { return }
    Task { [pool] in await pool.abandon(id) }
  }

  private func step(
    _ statements: [PostgresStatement], isLast: Bool
  ) async throws(PostgresError) -> [PostgresRows] {
    let before = state.withLock { state in
      defer { state = .ended }
      return state
    }
    switch before {
    case .ended: throw PostgresError(code: .closed, detail: "the transaction has ended")
    case .unbegun:
      let begun = try await pool.begin(
        statements, as: identity, restMax: isLast ? nil : restMax)
      if !isLast { state.withLock { $0 = .open(begun.id) } }
      return begun.rows
    case .open(let id):
      let rows = try await pool.resume(id, statements, as: identity, isLast: isLast)
      if !isLast { state.withLock { $0 = .open(id) } }
      return rows
    }
  }
}
