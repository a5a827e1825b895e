import Postgres
import ServiceHost
import Telemetry
import WorkerAPI

extension ChatStore {
  /// What a message changes in what is remembered: to run with the message, in its transaction.
  ///
  /// A fact takes the place of the one in its slot, and of what it makes untrue; what the family
  /// denies goes. Consent is looked at again by the statement itself, since it may have been taken
  /// back meanwhile. `source` names the message that said it.
  static func remember(
    _ facts: FactReader.Reading, from message: String, of session: Session
  ) -> [PostgresStatement] {
    guard !facts.isEmpty else { return [] }
    let user = PostgresParameter.uuid(session.userID)
    var untrue = JSONText()
    untrue.array(facts.denied.map(\.text)) { $1.string($0) }
    var outdated = JSONText()
    outdated.array(facts.stated.flatMap(\.outdates)) { $1.string($0) }
    var statements = [
      PostgresStatement(
        """
        delete from user_memories where user_id = $1
          and (fact in (select jsonb_array_elements_text($2::jsonb)) and slot is not null
            or slot in (select jsonb_array_elements_text($3::jsonb)))
        """, [user, .json(untrue.text), .json(outdated.text)])
    ]
    guard !facts.stated.isEmpty else { return statements }
    let now = MonotonicClock.wallMilliseconds()
    var stated = JSONText()
    stated.array(facts.stated) { fact, json in
      json.object {
        $0.member("id", UUIDv7.make(nowMilliseconds: now))
        $0.member("fact", fact.text)
        $0.member("slot", fact.slot)
      }
    }
    statements.append(
      PostgresStatement(
        """
        insert into user_memories (id, user_id, fact, slot, source)
        select f.id, $1, f.fact, f.slot, $3
        from jsonb_to_recordset($2::jsonb) as f(id uuid, fact text, slot text)
        where exists (select 1 from users where id = $1 and consents->'gemini' = 'true')
        on conflict (user_id, slot) where slot is not null do update
          set fact = excluded.fact, source = excluded.source, created_at = now()
          where user_memories.fact <> excluded.fact
            or user_memories.created_at < now() - interval '1 day'
        """, [user, .json(stated.text), .text("message:" + message)]))
    return statements
  }
}
