import Postgres
import ServiceHost
import Telemetry

extension BuiltInIdentity {
  /// Opens an account and signs it in.
  /// - Parameters:
  ///   - name: what the user wants to be called, 200 characters at most.
  ///   - consents: by purpose, as in `["gemini": true]`.
  ///   - client: not needed here.
  package func signup(
    email: String, password: String, name: String?, consents: [String: Bool], client: String = ""
  ) async throws(IdentityError) -> SignupOutcome {
    let account = try NewAccount(
      email: email, password: password, name: name, consents: consents)
    let email = account.email
    // Before anything is asked of the database: a taken address takes as long as a free one.
    let hash = try await passwords.hash(account.password)
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    let opening = try SessionOpening(userID: id)
    let rows = try await run(
      [
        PostgresStatement(
          "insert into auth.users (id, email, password_hash) values ($1, $2, $3)",
          [.uuid(id), .text(email.text), .text(hash)]),
        PostgresStatement(
          """
          insert into public.users (id, email, name, consents, consents_at)
          values ($1, $2, $3, $4, case when $4::jsonb <> '{}' then now() end)
          returning \(Self.profileColumns("users"))
          """,
          [
            .uuid(id), .text(email.text), account.name.map { .text($0) } ?? .null,
            .json(NewAccount.json(account.consents).text),
          ]),
      ] + opening.statements, uniqueViolation: .emailTaken)
    guard let row = rows[1].first else { throw .crypto("an inserted user came not back") }
    return .signedIn(try signedIn(try Self.profile(row), opening))
  }

  /// Checks a password and opens a session.
  /// - Parameter client: the address to count failures by.
  package func login(
    email: String, password: String, client: String
  ) async throws(IdentityError) -> SignedIn {
    let address = EmailAddress(email)
    return try await limits.counting(
      LoginLimits.Attempt(email: address?.text ?? "", client: ClientOrigin.limitKey(of: client))
    ) { () async throws(IdentityError) in
      let user = try await check(address, password.precomposed)
      let opening = try SessionOpening(userID: user.id)
      _ = try await run(opening.statements)
      return try signedIn(user, opening)
    }
  }

  /// The user of a session.
  package func me(session: Session) async throws(IdentityError) -> UserProfile {
    let rows: [PostgresRows]
    do {
      rows = try await database.run(
        [
          PostgresStatement(
            "select \(Self.profileColumns("users")) from public.users where id = $1",
            [.uuid(session.userID)])
        ], as: .user(claims: session.claims))
    } catch { throw .database(error) }
    // The account was deleted while its token lives on.
    guard let row = rows[0].first else { throw .invalidToken(.revoked) }
    return try Self.profile(row)
  }

  /// Sets a new password and ends every other session.
  package func changePassword(
    session: Session, current: String, new: String
  ) async throws(IdentityError) -> SignedIn? {
    let new = new.precomposed
    if let fault = PasswordPolicy.fault(of: new, email: session.email, field: "new") {
      throw .weakPassword(fault)
    }
    // Whoever took over a session must not find out its password by trying.
    return try await limits.counting(
      LoginLimits.Attempt(email: session.email, client: "user:" + session.userID)
    ) { () async throws(IdentityError) in
      let rows = try await run([
        PostgresStatement(
          "select password_hash from auth.users where id = $1", [.uuid(session.userID)])
      ])
      guard let row = rows[0].first else { throw .invalidToken(.revoked) }
      let stored = try Self.text(row, 0)
      guard try await passwords.verify(current.precomposed, stored) else {
        throw .invalidCredentials
      }
      try await replace(stored, by: try await passwords.hash(new), session)
      return nil
    }
  }

  // MARK: Steps

  /// The user of an address and password. One query and one hash, whatever is wrong.
  private func check(
    _ address: EmailAddress?, _ password: String
  ) async throws(IdentityError) -> UserProfile {
    let rows = try await run([
      PostgresStatement(
        """
        select a.password_hash, \(Self.profileColumns("u"))
        from auth.users a join public.users u on u.id = a.id
        where lower(a.email) = lower($1)
        """, [.text(address?.text ?? "")])
    ])
    guard let row = rows[0].first else {
      _ = try await passwords.verify(password, nobodysHash)
      throw .invalidCredentials
    }
    guard try await passwords.verify(password, try Self.text(row, 0)) else {
      throw .invalidCredentials
    }
    return try Self.profile(row, from: 1)
  }

  private func replace(
    _ old: String, by hash: String, _ session: Session
  ) async throws(IdentityError) {
    let rows = try await run([
      // Two changes at once: the second finds another hash and changes nothing.
      PostgresStatement(
        """
        update auth.users set password_hash = $2, updated_at = now()
        where id = $1 and password_hash = $3
        """, [.uuid(session.userID), .text(hash), .text(old)]),
      PostgresStatement(
        """
        update auth.sessions set revoked_at = now()
        where user_id = $1 and id <> $2 and revoked_at is null
          and exists (select from auth.users where id = $1 and password_hash = $3)
        returning id::text
        """, [.uuid(session.userID), .uuid(session.sessionID), .text(hash)]),
    ])
    guard rows[0].affectedRows == 1 else { throw .invalidCredentials }
    revocations.insert(try rows[1].map { (row) throws(IdentityError) in try Self.text(row, 0) })
  }

  static func text(_ row: PostgresRow, _ column: Int) throws(IdentityError) -> String {
    do { return try row.string(column) } catch { throw .database(error) }
  }
}
