import Foundation
import Postgres
import Reactor
import Testing

/// The databases that `ops/test` prepares, and what tests do to them.
///
/// Suites that use them are serialized: all at once they could want more connections than a server
/// gives.
enum TestDatabase {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private static func url(_ name: String) throws -> String {
    guard let url = ProcessInfo.processInfo.environment[name], !url.isEmpty else {
      throw Missing(description: "\(name) is unset: run ops/test, which starts a PostgreSQL for it")
    }
    return url
  }

  /// As an owner of everything, on the migrated database.
  static func ownerURL() throws -> String { try url("PHOENIX_TEST_OWNER_URL") }

  /// As the login role `gateway`, on the migrated database.
  static func gatewayURL() throws -> String { try url("PHOENIX_TEST_DATABASE_URL") }

  /// The same server and role, another database.
  static func url(_ url: String, database: String) -> String {
    guard let scheme = url.range(of: "://") else { return url + " dbname=\(database)" }
    let rest = url[scheme.upperBound...]
    let query = rest.firstIndex(of: "?") ?? rest.endIndex
    let authority = rest[..<query].firstIndex(of: "/") ?? query
    return url[..<scheme.upperBound] + rest[..<authority] + "/\(database)" + rest[query...]
  }

  /// Polls until `condition` gives a value; a test that waits in vain fails with `what`.
  static func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Value?
  ) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let value = try await condition() { return value }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Missing(description: "not within \(limit): \(what)")
  }
}

/// A pool on a Reactor of its own that remembers what it told.
final class TestPool: Sendable {
  let pool: PostgresPool
  let reactor: Reactor

  /// As `gateway` unless said otherwise.
  init(
    url: String? = nil, resolver: NameResolver? = nil,
    _ adjust: (inout PostgresSettings) -> Void = { _ in }
  ) throws {
    var settings = PostgresSettings(url: try url ?? TestDatabase.gatewayURL())
    settings.poolSize = 1
    settings.acquireTimeout = .seconds(20)
    settings.statementTimeout = .seconds(20)
    settings.runTimeout = .seconds(30)
    settings.connectTimeout = .seconds(20)
    adjust(&settings)
    reactor = try Reactor(name: "pg-test")
    let events = Events()
    pool = try PostgresPool(settings: settings, reactor: reactor, resolver: resolver) {
      events.append($0)
    }
    self.events = events
  }

  let events: Events

  /// What a pool told, in order.
  final class Events: Sendable {
    private let list = Locked<[PostgresEvent]>([])

    func append(_ event: PostgresEvent) { list.withLock { $0.append(event) } }

    /// In words, without durations.
    var words: [String] {
      list.withLock { $0.map { $0 } }.map { event in
        switch event {
        case .queryFinished(_, .succeeded): "succeeded"
        case .queryFinished(_, .failed(let code)): "failed \(code.kind)"
        case .connectionOpened: "opened"
        case .connectionFailed: "connection failed"
        case .connectionClosed(let reason): "closed \(reason.rawValue)"
        case .poolWaited: "waited"
        case .poolChanged(let idle, let inUse, let waiting): "\(idle)/\(inUse)/\(waiting)"
        }
      }
    }
  }

  func run(
    _ sql: String, _ parameters: [PostgresParameter] = [], as identity: PostgresIdentity = .login,
    format: PostgresFormat = .text
  ) async throws -> PostgresRows {
    let rows = try await pool.run(
      [PostgresStatement(sql, parameters, format: format)], as: identity)
    return try #require(rows.first)
  }

  /// The first column of the only row.
  func text(
    _ sql: String, _ parameters: [PostgresParameter] = [], as identity: PostgresIdentity = .login
  ) async throws -> String? {
    let rows = try await run(sql, parameters, as: identity)
    return try #require(rows.first).optionalString(0)
  }

  /// The error of a run that has to fail.
  func failure(
    _ sql: String, _ parameters: [PostgresParameter] = [], as identity: PostgresIdentity = .login
  ) async throws -> PostgresError {
    do {
      _ = try await run(sql, parameters, as: identity)
    } catch let error as PostgresError {
      return error
    }
    throw TestDatabase.Missing(description: "no error from: \(sql)")
  }

  func end() async {
    await pool.shutdown(within: .milliseconds(100))
    reactor.shutdown()
  }
}

/// Runs `body` with a pool that ends with it.
func withPool<Value>(
  _ pool: @autoclosure () throws -> TestPool = try TestPool(),
  _ body: (TestPool) async throws -> Value
) async throws -> Value {
  let pool = try pool()
  do {
    let value = try await body(pool)
    await pool.end()
    return value
  } catch {
    await pool.end()
    throw error
  }
}

/// An account of the built-in identity.
struct TestUser: Sendable {
  let id = UUID().uuidString.lowercased()
  var email: String { "\(id)@exemple.fr" }
  var identity: PostgresIdentity {
    .user(claims: #"{"sub":"\#(id)","role":"authenticated","name":"Zoé \"Z\""}"#)
  }

  /// Signs up as the gateway does.
  static func make(_ pool: TestPool) async throws -> TestUser {
    let user = TestUser()
    _ = try await pool.pool.run(
      [
        PostgresStatement(
          "insert into auth.users (id, email, password_hash) values ($1, $2, 'x')",
          [.uuid(user.id), .text(user.email)]),
        PostgresStatement(
          "insert into public.users (id, email) values ($1, $2)",
          [.uuid(user.id), .text(user.email)]),
      ], as: .role("phoenix_identity"))
    return user
  }

  func insertConversation(_ id: String = UUID().uuidString) -> PostgresStatement {
    PostgresStatement(
      "insert into conversations (id, user_id, title) values ($1, $2, 'Titre')",
      [.uuid(id), .uuid(self.id)])
  }
}
