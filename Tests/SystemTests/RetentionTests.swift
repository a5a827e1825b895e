import Foundation
import Testing

/// How long what is kept is kept.
@Suite(.serialized) struct RetentionTests {
  private func conversations(_ family: Stack.Family) throws -> String {
    try Stack.sql("select count(*) from conversations where user_id = '\(family.id)'")
  }

  private func messages(_ family: Stack.Family) throws -> String {
    try Stack.sql("select count(*) from messages where user_id = '\(family.id)'")
  }

  /// Lets every conversation of a family but the newest lie untouched for some days.
  private func age(_ family: Stack.Family, days: Int) throws {
    try Stack.sql(
      """
      update conversations set updated_at = now() - interval '\(days) days'
      where user_id = '\(family.id)' and id <> (select id from conversations
        where user_id = '\(family.id)' order by id desc limit 1)
      """)
  }

  @Test func whatIsOlderThanItIsKeptGoesAndNothingElse() throws {
    let keeping = try Stack(workers: 1)
    let family = try keeping.signUp()
    let other = try keeping.signUp()
    for one in [family, other] {
      for question in ["Quel est le montant de l'AAH ?", "Qu'est-ce que la PCH ?"] {
        #expect(try keeping.ask(question, one).status == 200)
      }
    }
    try age(family, days: 41)
    try age(other, days: 39)
    try keeping.restartGateway()
    // Without the setting everything is kept.
    #expect(try conversations(family) == "2")
    keeping.stop()

    let stack = try Stack(workers: 1, gateway: ["PHOENIX_RETENTION_DAYS": "40"])
    try stack.wait("the old conversation is gone", seconds: 20) {
      (try? conversations(family)) == "1"
    }
    try stack.wait("the work is counted", seconds: 5) {
      (try? stack.metric(
        "phoenix_background_work_total{work=\"retention\",outcome=\"ok\"}")) == 1
    }
    #expect(try messages(family) == "2")
    #expect(try conversations(other) == "2" && messages(other) == "4")
    let told = stack.logLines("old conversations deleted")
    #expect(told.count == 1 && (told.first?["conversations"] as? Int ?? 0) >= 1)
    let config = try stack.admin.request("GET", "/debug/config").json
    #expect(config["retention_days"] as? String == "40")
  }

  /// The role that deletes can take nothing away that is not old, whatever it asks for.
  @Test func theRoleThatCleansSeesOnlyWhatIsOld() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    #expect(try stack.ask("Quel est le montant de l'AAH ?", family).status == 200)
    for days in ["", "1"] {
      try expectNothingGoes(from: family, days: days)
    }
  }

  private func expectNothingGoes(from family: Stack.Family, days: String) throws {
    let left = try Stack.sql(
      """
      begin; set local role phoenix_identity;
      select set_config('phoenix.retention_days', '\(days)', true);
      delete from conversations where updated_at > now() - interval '1 hour';
      reset role;
      select 'left ' || count(*) from conversations where user_id = '\(family.id)'; rollback
      """)
    #expect(left.contains("left 1"))
  }
}
