import Postgres
import Telemetry
import WorkerAPI

/// Conversations and messages of one user: the SQL of chat, nothing else.
///
/// Every call is one transaction in one round trip, under the user's row-level security.
struct ChatStore: Sendable {
  /// A row of `messages`.
  struct Message: Sendable {
    let id: String
    let role: String
    let text: String
    /// JSON array as stored.
    let sources: String
    /// RFC 3339.
    let createdAt: String
  }

  struct Conversation: Sendable {
    let id: String
    let title: String
    let messages: Int
    let updatedAt: String
  }

  /// How many past messages enter a prompt.
  static let historyMax = 10

  let database: PostgresPool

  static func rfc3339(_ column: String) -> String {
    "to_char(\(column) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
  }

  /// Saves a question, and what it says of the family; opens the conversation where `isNew`. What
  /// an earlier try saved stays.
  func saveQuestion(
    _ text: String, id: String, conversation: String, isNew: Bool,
    facts: FactReader.Reading = FactReader.Reading(), of session: Session
  ) async throws(PostgresError) {
    var statements: [PostgresStatement] = []
    if isNew {
      statements.append(
        PostgresStatement(
          """
          insert into conversations (id, user_id, title) values ($1, $2, $3)
          on conflict (id) do nothing
          """,
          [.uuid(conversation), .uuid(session.userID), .text(Self.title(of: text))]))
    } else {
      statements.append(touch(conversation, session))
    }
    statements.append(
      PostgresStatement(
        """
        insert into messages (id, conversation_id, user_id, role, content)
        values ($1, $2, $3, 'user', jsonb_build_object('text', $4::text))
        on conflict (id) do nothing
        """,
        [.uuid(id), .uuid(conversation), .uuid(session.userID), .text(text)]))
    statements += Self.remember(facts, from: id, of: session)
    _ = try await database.run(statements, as: .user(claims: session.claims))
  }

  /// Saves an answer and the model that gave it; its instant as stored, RFC 3339.
  func saveAnswer(
    _ text: String, sources: String, model: String, id: String, conversation: String,
    of session: Session
  ) async throws(PostgresError) -> String {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          insert into messages (id, conversation_id, user_id, role, content)
          values ($1, $2, $3, 'assistant',
                  jsonb_build_object('text', $4::text, 'sources', $5::jsonb, 'model', $6::text))
          returning \(Self.rfc3339("created_at"))
          """,
          [
            .uuid(id), .uuid(conversation), .uuid(session.userID), .text(text), .json(sources),
            .text(model),
          ]),
        touch(conversation, session),
      ], as: .user(claims: session.claims))
    guard let row = rows[0].first else { return "" }
    return try row.string(0)
  }

  /// Up to `limit` messages before the message `before`, oldest first, of the named conversation
  /// or else the newest; nil where there is none.
  func history(
    _ conversation: String?, before: String?, limit: Int, of session: Session
  ) async throws(PostgresError) -> (conversation: String, messages: [Message])? {
    let chosen = PostgresStatement(
      """
      select id::text from conversations
      where user_id = $1 and ($2::uuid is null or id = $2) order by updated_at desc, id desc limit 1
      """, [.uuid(session.userID), conversation.map { .uuid($0) } ?? .null])
    let page = PostgresStatement(
      """
      with chosen as (
        select id from conversations
        where user_id = $1 and ($2::uuid is null or id = $2)
        order by updated_at desc, id desc limit 1)
      select id::text, role, content->>'text', coalesce(content->'sources', '[]')::text,
             \(Self.rfc3339("created_at"))
      from messages
      where user_id = $1 and conversation_id = (select id from chosen)
        and ($3::uuid is null or (created_at, id) <
          (select created_at, id from messages where id = $3 and user_id = $1))
      order by created_at desc, id desc limit $4
      """,
      [
        .uuid(session.userID), conversation.map { .uuid($0) } ?? .null,
        before.map { .uuid($0) } ?? .null, .int(Int64(limit)),
      ])
    let rows = try await database.run([chosen, page], as: .user(claims: session.claims))
    guard let row = rows[0].first else { return nil }
    return (try row.string(0), try messages(rows[1]).reversed())
  }

  /// Conversations, newest first. `before` is the id of the last one of the page before.
  func conversations(before: String?, limit: Int, of session: Session)
    async throws(PostgresError) -> [Conversation]
  {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select c.id::text, c.title, \(Self.rfc3339("c.updated_at")),
            (select count(*) from messages m
             where m.user_id = $1 and m.conversation_id = c.id)
          from conversations c
          where c.user_id = $1 and ($2::uuid is null or (c.updated_at, c.id) <
            (select updated_at, id from conversations where id = $2 and user_id = $1))
          order by c.updated_at desc, c.id desc limit $3
          """,
          [.uuid(session.userID), before.map { .uuid($0) } ?? .null, .int(Int64(limit))])
      ], as: .user(claims: session.claims))
    var conversations: [Conversation] = []
    for row in rows[0] {
      conversations.append(
        Conversation(
          id: try row.string(0), title: try row.string(1), messages: try row.int(3),
          updatedAt: try row.string(2)))
    }
    return conversations
  }

  /// What a reset removes.
  enum ResetScope: Sendable {
    case conversation(String)
    case newest
    case all
  }

  /// Removes conversations with their messages; how many messages went. Nil where a named
  /// conversation does not exist.
  func reset(_ scope: ResetScope, of session: Session) async throws(PostgresError) -> Int? {
    let user = PostgresParameter.uuid(session.userID)
    let condition: String
    var parameters = [user]
    switch scope {
    case .conversation(let id):
      condition = "id = $2"
      parameters.append(.uuid(id))
    case .newest:
      condition =
        "id = (select id from conversations where user_id = $1 order by updated_at desc, id desc limit 1)"
    case .all:
      condition = "true"
    }
    // One statement, so that the messages counted are the messages removed.
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          with doomed as (select id from conversations where user_id = $1 and \(condition)),
          gone as (
            delete from messages where user_id = $1 and conversation_id in (select id from doomed)
            returning 1)
          select (select count(*) from gone), (select count(*) from doomed)
          """, parameters),
        PostgresStatement(
          "delete from conversations where user_id = $1 and \(condition)", parameters),
        // What was answered under a key is kept for retries, but not beyond this.
        PostgresStatement(
          "delete from idempotency_keys where user_id = $1 and route = '/api/chat/message'",
          [user]),
      ], as: .user(claims: session.claims))
    guard let row = rows[0].first else { return nil }
    if case .conversation = scope, try row.int(1) == 0 { return nil }
    return try row.int(0)
  }

  private func touch(_ conversation: String, _ session: Session) -> PostgresStatement {
    PostgresStatement(
      "update conversations set updated_at = now() where id = $1 and user_id = $2",
      [.uuid(conversation), .uuid(session.userID)])
  }

  func messages(_ rows: PostgresRows) throws(PostgresError) -> [Message] {
    var messages: [Message] = []
    for row in rows {
      messages.append(
        Message(
          id: try row.string(0), role: try row.string(1), text: try row.string(2),
          sources: try row.string(3), createdAt: try row.string(4)))
    }
    return messages
  }

  /// The first line of the first question, cut at a word.
  static func title(of text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    guard line.count > 80 else { return line }
    let cut = line.prefix(80)
    return (cut.lastIndex(of: " ").map { String(cut[..<$0]) } ?? String(cut)) + "…"
  }
}
