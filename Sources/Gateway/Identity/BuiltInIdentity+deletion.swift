import Postgres

extension BuiltInIdentity {
  /// Deletes an account with every row of it, and leaves one line: whose, by an id that names
  /// nobody any more, and when.
  ///
  /// Its access tokens are refused here at once and on every gateway of the database within a
  /// second; its refresh tokens are gone with it.
  package func deleteAccount(of session: Session) async throws(IdentityError) {
    let user = [PostgresParameter.uuid(session.userID)]
    _ = try await run([
      PostgresStatement(
        "insert into public.account_deletions (user_id) values ($1) on conflict do nothing", user),
      // Every table of families refers to it.
      PostgresStatement("delete from auth.users where id = $1", user),
    ])
    revocations.insert([session.userID])
  }
}
