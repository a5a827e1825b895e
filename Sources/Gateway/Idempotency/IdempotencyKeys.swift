import Cryptography
import HTTPTypes
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry

/// What `Idempotency-Key` promises: a request that is sent again makes nothing twice.
///
/// ```swift
/// switch try await keys.begin(request, for: session) {
/// case .none(let id): …                       // no key: make the row `id`
/// case .claimed(let claim): …                 // make the row `claim.resourceID`, then `complete`
/// case .replayed(let answer): return answer.response
/// }
/// ```
///
/// A key is a user's own and holds for 24 hours. The first request claims it, and the claim fixes
/// the id of what is made: where that request died half-way, the next one takes its claim over and
/// makes the same row, so that nothing has to be in one transaction with the claim. What succeeded
/// is kept and given again; a request that made nothing leaves its key free; the same key with
/// another request is 422, and one whose first request is still under way 409.
struct IdempotencyKeys: Sendable {
  private static let keyBytes = 1...255

  /// A key that this request holds.
  struct Claim: Sendable {
    let key: String
    let session: Session
    /// The id of what the request makes.
    let resourceID: String
    /// An earlier request with this key began and did not end: what it made may be there.
    let isTakenOver: Bool
  }

  /// What a request with this key was answered.
  struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let resourceID: String
    /// JSON.
    let body: String

    var response: Response {
      var fields: HTTPFields = [.contentType: "application/json", .idempotentReplayed: "true"]
      for (name, value) in headers {
        if let name = HTTPField.Name(name) { fields[name] = value }
      }
      return Response(
        status: .init(code: status), headers: fields,
        body: .init(byteBuffer: ByteBuffer(string: body)))
    }
  }

  enum Beginning: Sendable {
    /// No key was sent: the id of what is made.
    case none(resourceID: String)
    case claimed(Claim)
    case replayed(Answer)
  }

  let database: PostgresPool
  /// Longer than any request takes: after that its claim can be taken over.
  let lockSeconds: Int

  /// - Parameter requestMax: how long the slowest request may take.
  init(database: PostgresPool, requestMax: Duration) {
    self.database = database
    lockSeconds = Int(requestMax.components.seconds) + 60
  }

  /// Claims the key of a request whose body was found good.
  /// - Throws: 422 for a bad key, or one of another request; 409 while the first is under way.
  func begin(_ request: GatewayRequest, for session: Session) async throws -> Beginning {
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    guard let key = try Self.key(of: request.head) else { return .none(resourceID: id) }
    let route = request.exchange.matched?.route.template ?? ""
    return try await request.exchange.timed(\.db) {
      try await claim(
        key, route: route, fingerprint: SHA256.hash(Array(request.body.readableBytesView)),
        id: id, for: session)
    }
  }

  /// The key of a request; nil where it has none.
  static func key(of head: HTTPRequest) throws(Problem) -> String? {
    guard let key = head.headerFields[.idempotencyKey] else { return nil }
    guard keyBytes.contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw .invalid([
        .init(
          field: "Idempotency-Key", code: "invalid_characters",
          message: "De 1 à 255 caractères ASCII visibles sont attendus.")
      ])
    }
    return key
  }

  /// Claims a key for what `fingerprint`, 32 bytes, makes out. `id` is the id of what will be made,
  /// unless an earlier request chose one; for routes that know what they were sent only at its end.
  func claim(
    _ key: String, route: String, fingerprint: [UInt8], id: String, for session: Session
  ) async throws -> Beginning {
    let statements = claimStatements(
      key, route: route, fingerprint: fingerprint, id: id, userID: session.userID)
    let rows: [PostgresRows]
    do {
      rows = try await database.run(statements, as: .user(claims: session.claims))
    } catch {
      // It may have been committed all the same, for nobody.
      await runUncancelled(
        """
        update idempotency_keys set locked_until = clock_timestamp()
        where user_id = $1 and key = $2 and status is null and resource_id = $3
        """,
        Claim(key: key, session: session, resourceID: id, isTakenOver: false), [.uuid(id)])
      throw error
    }
    if let row = rows[1].first {
      let resource = try row.string(0)
      return .claimed(
        Claim(key: key, session: session, resourceID: resource, isTakenOver: resource != id))
    }
    // Gone within the transaction: let go by the request that held it.
    guard let row = rows[2].first else { throw Problem.idempotencyInProgress }
    return .replayed(try Self.answer(row))
  }

  /// The kept answer of a key's row; throws where it is another request's, or there is none yet.
  private static func answer(_ row: PostgresRow) throws -> Answer {
    guard try row.bool(0) else { throw Problem.idempotencyMismatch }
    guard let status = try row.optionalInt(1), let body = try row.optionalString(4) else {
      throw Problem.idempotencyInProgress
    }
    var headers: [String: String] = [:]
    if case .object(let members) = try? JSONValue(parsing: Array(try row.string(2).utf8)) {
      headers = members.compactMapValues(\.string)
    }
    return Answer(
      status: status, headers: headers, resourceID: try row.string(3), body: body)
  }

  private func claimStatements(
    _ key: String, route: String, fingerprint: [UInt8], id: String, userID: String
  ) -> [PostgresStatement] {
    let user = PostgresParameter.uuid(userID)
    return [
      PostgresStatement(
        """
        delete from idempotency_keys
        where user_id = $1 and created_at < now() - interval '24 hours'
        """, [user]),
      // One statement decides between requests that come at once: the row's lock makes them take
      // turns.
      PostgresStatement(
        """
        insert into idempotency_keys as k
          (user_id, key, route, fingerprint, resource_id, locked_until)
        values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 second')
        on conflict (user_id, key) do update set locked_until = excluded.locked_until
          where k.status is null and k.locked_until <= clock_timestamp()
            and k.route = excluded.route and k.fingerprint = excluded.fingerprint
        returning resource_id::text
        """,
        [
          user, .text(key), .text(route), .bytes(fingerprint), .uuid(id),
          .int(Int64(lockSeconds)),
        ]),
      PostgresStatement(
        """
        select route = $3 and fingerprint = $4, status, headers::text, resource_id::text, body
        from idempotency_keys where user_id = $1 and key = $2
        """, [user, .text(key), .text(route), .bytes(fingerprint)]),
    ]
  }

  /// Keeps what was answered. Where that fails, the claim is taken over when its time has passed,
  /// and finds what was made.
  func complete(
    _ claim: Claim, status: HTTPResponse.Status, headers: [String: String] = [:], body: JSONText
  ) async {
    var fields = JSONText()
    fields.object { for (name, value) in headers { $0.member(name, value) } }
    await finish(
      claim, "status = $3, headers = $4, body = $5",
      [.int(Int64(status.code)), .json(fields.text), .text(body.text)])
  }

  /// Lets go of a claim whose request failed: whoever sends it again goes on with the same ids, or,
  /// where nothing was made, may send something else.
  func release(_ claim: Claim, after error: any Error) async {
    if let problem = error as? Problem, problem.status.code < 500 {
      await runUncancelled(
        "delete from idempotency_keys where user_id = $1 and key = $2 and status is null", claim, []
      )
    } else {
      await finish(claim, "locked_until = clock_timestamp()", [])
    }
  }

  /// Changes the id of what a claim makes, in the transaction that makes it.
  func point(_ claim: Claim, to resourceID: String) -> PostgresStatement {
    PostgresStatement(
      """
      update idempotency_keys set resource_id = $3
      where user_id = $1 and key = $2 and status is null
      """, [.uuid(claim.session.userID), .text(claim.key), .uuid(resourceID)])
  }

  private func finish(_ claim: Claim, _ change: String, _ values: [PostgresParameter]) async {
    await runUncancelled(
      "update idempotency_keys set \(change) where user_id = $1 and key = $2 and status is null",
      claim, values)
  }

  /// The client that left must not leave its key locked, so the task's end does not end this.
  private func runUncancelled(
    _ sql: String, _ claim: Claim, _ values: [PostgresParameter]
  ) async {
    await Task { [database] in
      _ = try? await database.run(
        [
          PostgresStatement(sql, [.uuid(claim.session.userID), .text(claim.key)] + values)
        ], as: .user(claims: claim.session.claims))
    }.value
  }
}

extension IdempotencyKeys {
  /// Something that was made: status, headers and JSON of the answer.
  struct Made: Sendable {
    var status: HTTPResponse.Status = .created
    var headers: [String: String] = [:]
    let json: JSONText

    var response: Response {
      var response = Response.json(json, status: status)
      for (name, value) in headers {
        if let name = HTTPField.Name(name) { response.headers[name] = value }
      }
      return response
    }
  }

  /// Answers a request that makes one row: `make` is given the row's id, and has to make nothing
  /// where that row is there already.
  func answer(
    _ request: GatewayRequest, for session: Session,
    _ make: (_ resourceID: String) async throws -> Made
  ) async throws -> Response {
    switch try await begin(request, for: session) {
    case .none(let id): return try await make(id).response
    case .replayed(let answer): return answer.response
    case .claimed(let claim):
      do {
        let made = try await make(claim.resourceID)
        await request.exchange.timed(\.db) {
          await complete(claim, made)
        }
        return made.response
      } catch {
        await release(claim, after: error)
        throw error
      }
    }
  }
}

extension IdempotencyKeys {
  /// Keeps what a request made as the answer of its key.
  func complete(_ claim: Claim, _ made: Made) async {
    await complete(claim, status: made.status, headers: made.headers, body: made.json)
  }
}

/// Further ids of a request that makes more than one row, the same at every try.
enum DerivedID {
  /// An id that follows from another one and a word; it sorts by the same instant.
  static func make(from id: String, _ purpose: String) -> String {
    let digest = SHA256.hash(Array((id + "/" + purpose).utf8))
    func word(_ start: Int) -> UInt64 {
      digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    let instant = UInt64(id.filter { $0 != "-" }.prefix(12), radix: 16) ?? 0
    return UUIDv7.text(
      (
        instant << 16 | 0x7000 | word(0) & 0x0fff,
        0x8000_0000_0000_0000 | word(8) & 0x3fff_ffff_ffff_ffff
      ))
  }
}
