import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceHost
import Telemetry

/// What is remembered about a family: to be read, and to be forgotten.
struct MemoryRoutes: Sendable {
  let database: PostgresPool
  /// Makes the workers drop what they keep for a user: answers that the fact entered among it.
  let forget: @Sendable (_ userID: String) async -> Void

  var routes: [Route] {
    [
      Route(
        method: .get, template: "/api/memories", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: list),
      Route(
        method: .delete, template: "/api/memories/:id", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: delete),
    ]
  }

  @Sendable private func list(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let before = query.uuid("before")
    let limit = query.int("limit", default: 100, in: 1...100)
    try query.finish()
    let rows = try await request.exchange.timed(\.db) {
      try await database.run(
        [
          PostgresStatement(
            """
            select id::text, fact, source, \(ChatStore.rfc3339("created_at")) from user_memories
            where user_id = $1 and ($2::uuid is null or (created_at, id) <
              (select created_at, id from user_memories where id = $2 and user_id = $1))
            order by created_at desc, id desc limit $3
            """,
            [.uuid(session.userID), before.map { .uuid($0) } ?? .null, .int(Int64(limit))])
        ], as: .user(claims: session.claims))[0]
    }
    var memories: [(id: String, fact: String, source: String?, createdAt: String)] = []
    for row in rows {
      memories.append(
        (
          try row.string(0), try row.string(1), try row.optionalString(2), try row.string(3)
        ))
    }
    var json = JSONText()
    json.object {
      $0.array("memories", memories) { memory, json in
        json.object {
          $0.member("id", memory.id)
          $0.member("fact", memory.fact)
          $0.member("source", memory.source)
          $0.member("created_at", memory.createdAt)
        }
      }
      $0.member("next_before", memories.count == limit ? memories.last?.id : nil)
    }
    return .json(json)
  }

  @Sendable private func delete(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let id = try request.pathID()
    let rows = try await request.exchange.timed(\.db) {
      try await database.run(
        [
          PostgresStatement(
            "delete from user_memories where id = $1 and user_id = $2",
            [.uuid(id), .uuid(session.userID)])
        ], as: .user(claims: session.claims))
    }
    guard rows[0].affectedRows == 1 else { throw Problem.notFound }
    await forget(session.userID)
    return Response(status: .noContent)
  }
}
