import HTTPTypes
import HummingbirdCore
import Knowledge
import Postgres
import ServiceHost
import Telemetry

/// `GET /api/dashboard/stats`: what a family has here, and what is due next, in one round trip.
struct DashboardRoutes: Sendable {
  private static let deadlinesMax = 5
  private static let aidesMax = 5
  /// Where the aids of recent answers are looked for.
  private static let conversationsMax = 5
  private static let answersMax = 10

  let database: PostgresPool
  let catalogue: AidesCatalogue

  var routes: [Route] {
    [
      Route(
        method: .get, template: "/api/dashboard/stats", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: stats)
    ]
  }

  @Sendable private func stats(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let rows = try await request.exchange.timed(\.db) {
      try await database.run(Self.statements(session.userID), as: .user(claims: session.claims))
    }
    guard let counts = rows[0].first else { throw Problem.internal }
    let conversations = try counts.int(0)
    let messages = try counts.int(1)
    let documents = try counts.int(2)
    var byStatus: [String: Int] = [:]
    for row in rows[1] { byStatus[try row.string(0)] = try row.int(1) }
    var deadlines: [(id: String, title: String, date: String)] = []
    for row in rows[2] {
      deadlines.append((try row.string(0), try row.string(1), try row.string(2)))
    }
    let aides = aides(of: try rows[3].map { (row) throws(PostgresError) in try row.string(0) })
    var json = JSONText()
    json.object {
      $0.member("conversations", conversations)
      $0.member("messages", messages)
      $0.member("documents", documents)
      $0.object("procedures") {
        $0.member("total", byStatus.values.reduce(0, +))
        $0.object("by_status") {
          for status in Procedure.statuses { $0.member(status, byStatus[status] ?? 0) }
        }
      }
      $0.array("next_deadlines", deadlines) { deadline, json in
        json.object {
          $0.member("procedure_id", deadline.id)
          $0.member("title", deadline.title)
          $0.member("due_date", deadline.date)
        }
      }
      $0.array("recent_aides", aides) { aide, json in
        json.object {
          $0.member("id", aide.id)
          $0.member("nom", aide.name)
          $0.member("sigle", aide.acronym)
          $0.member("url", aide.url)
        }
      }
    }
    return .json(json)
  }

  /// The aids of the documents that recent answers named, the latest first.
  private func aides(of slugs: [String]) -> [Aide] {
    var found: [Aide] = []
    for slug in slugs {
      found += catalogue.aides.filter { $0.document == slug && !found.contains($0) }
    }
    return Array(found.prefix(Self.aidesMax))
  }

  private static func statements(_ userID: String) -> [PostgresStatement] {
    let user = [PostgresParameter.uuid(userID)]
    let closed = Procedure.closedStatuses.map { "'\($0)'" }.joined(separator: ", ")
    return [
      PostgresStatement(
        """
        select (select count(*) from conversations where user_id = $1),
               (select count(*) from messages where user_id = $1),
               (select count(*) from documents where user_id = $1)
        """, user),
      PostgresStatement(
        "select status, count(*) from procedures where user_id = $1 group by status", user),
      // Days are those of the families, whatever the server's zone.
      PostgresStatement(
        """
        select id::text, title, to_char(due_date, 'YYYY-MM-DD') from procedures
        where user_id = $1 and due_date >= (now() at time zone 'Europe/Paris')::date
          and status not in (\(closed))
        order by due_date, id limit \(deadlinesMax)
        """, user),
      PostgresStatement(
        """
        select source->>'slug' from (
          select id from conversations where user_id = $1
          order by updated_at desc, id desc limit \(conversationsMax)) c
        cross join lateral (
          select content, created_at from messages
          where user_id = $1 and conversation_id = c.id and role = 'assistant'
          order by created_at desc, id desc limit \(answersMax)) m
        cross join lateral jsonb_array_elements(coalesce(m.content->'sources', '[]')) source
        where source->>'slug' is not null
        group by 1 order by max(m.created_at) desc, 1
        """, user),
    ]
  }
}
