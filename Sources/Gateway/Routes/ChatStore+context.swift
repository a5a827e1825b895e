import Postgres
import ServiceHost

extension ChatStore {
  /// What besides the conversation may enter a prompt.
  struct Context: Sendable {
    /// Whether text of this user may go to a model outside.
    let hasConsent: Bool
    /// What is remembered of the user, the newest first; empty without consent. An age or a class
    /// that was said a year ago is told no more: it is another by now.
    let memories: [String]
  }

  /// How many facts enter a prompt.
  static let memoriesMax = 50

  /// What a prompt is made of: consent and memories, and the last messages of a conversation before
  /// the one with this id, oldest first. The context is nil where the account is gone, the messages
  /// where the user has no such conversation.
  func context(
    _ conversation: String?, before message: String, of session: Session
  ) async throws(PostgresError) -> (context: Context?, history: [Message]?) {
    let user = PostgresParameter.uuid(session.userID)
    var statements = [
      PostgresStatement(
        """
        select consents->'gemini' = 'true',
          case when consents->'gemini' = 'true' then (
            select coalesce(json_agg(m.fact), '[]') from (
              select fact from user_memories where user_id = $1
                and (slot is null or slot !~ '^(age|ecole):'
                  or created_at > now() - interval '1 year')
              order by created_at desc, id desc limit \(Self.memoriesMax)) m) end::text
        from users where id = $1
        """, [user])
    ]
    if let conversation {
      statements += [
        PostgresStatement(
          "select 1 from conversations where id = $1 and user_id = $2",
          [.uuid(conversation), user]),
        PostgresStatement(
          """
          select id::text, role, content->>'text', coalesce(content->'sources', '[]')::text,
                 \(Self.rfc3339("created_at"))
          from messages where conversation_id = $1 and user_id = $2 and id <> $4
          order by created_at desc, id desc limit $3
          """, [.uuid(conversation), user, .int(Int64(Self.historyMax)), .uuid(message)]),
      ]
    }
    let rows = try await database.run(statements, as: .user(claims: session.claims))
    guard let row = rows[0].first else { return (nil, nil) }
    let facts = try row.optionalString(1).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
    let context = Context(
      hasConsent: try row.optionalBool(0) ?? false,
      memories: facts?.array?.compactMap(\.string) ?? [])
    guard conversation != nil else { return (context, []) }
    guard !rows[1].isEmpty else { return (context, nil) }
    return (context, try messages(rows[2]).reversed())
  }

  /// An answer that was saved before, and the model that gave it; nil where there is none.
  func answer(
    _ id: String, of session: Session
  ) async throws(PostgresError) -> (message: Message, conversation: String, model: String)? {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select id::text, role, content->>'text', coalesce(content->'sources', '[]')::text,
                 \(Self.rfc3339("created_at")), conversation_id::text,
                 coalesce(content->>'model', '')
          from messages where id = $1 and user_id = $2
          """, [.uuid(id), .uuid(session.userID)])
      ], as: .user(claims: session.claims))
    guard let row = rows[0].first, let message = try messages(rows[0]).first else { return nil }
    return (message, try row.string(5), try row.string(6))
  }
}
