import Postgres
import ServiceHost
import Telemetry

extension BuiltInIdentity {
  /// Opens an account and signs it in.
  /// - Parameters:
  ///   - name: what the user wants to be called, 200 characters at most.
  ///   - consents: by purpose, as in `["gemini": true]`.
  package func signup(
    email: String, password: String, name: String?, consents: [String: Bool]
  ) async throws(IdentityError) -> SignedIn {
    let password = password.precomposed
    let name = try Self.displayName(name)
    let weakness = PasswordPolicy.fault(of: password, email: email.lowercased())
    guard let email = EmailAddress(email) else {
      throw .invalid(
        [.init(field: "email", code: "invalid_email", message: "Adresse électronique invalide.")]
          + [weakness].compactMap { $0 })
    }
    if let weakness { throw .weakPassword(weakness) }
    // Before anything is asked of the database: a taken address takes as long as a free one.
    let hash = try await passwords.hash(password)
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    var json = JSONText()
    json.object { for (purpose, isGiven) in consents { $0.member(purpose, isGiven) } }
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
            .uuid(id), .text(email.text), name.map { .text($0) } ?? .null, .json(json.text),
          ]),
      ] + opening.statements, uniqueViolation: .emailTaken)
    guard let row = rows[1].first else { throw .crypto("an inserted user came not back") }
    return try signedIn(try Self.profile(row), opening)
  }

  /// Checks a password and opens a session.
  /// - Parameter client: the address to count failures by.
  package func login(
    email: String, password: String, client: String
  ) async throws(IdentityError) -> SignedIn {
    let address = EmailAddress(email)
    return try await limited(
      LoginLimits.Attempt(email: address?.text ?? "", client: client)
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
  ) async throws(IdentityError) {
    let new = new.precomposed
    if let fault = PasswordPolicy.fault(of: new, email: session.email, field: "new") {
      throw .weakPassword(fault)
    }
    // Whoever took over a session must not find out its password by trying.
    try await limited(
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
    }
  }

  // MARK: Steps

  /// Counts an attempt at a password, from its admission to its end.
  private func limited<Value: Sendable>(
    _ attempt: LoginLimits.Attempt,
    _ work: () async throws(IdentityError) -> Value
  ) async throws(IdentityError) -> Value {
    switch limits.begin(attempt, now: MonotonicClock.now()) {
    case .refused(let seconds): throw .tooManyFailures(retryAfterSeconds: seconds)
    case .busy: throw .overloaded
    case .admitted(let delay):
      // Only where an account is under attack; the route's limits bound how many wait here.
      if delay > .zero { try? await Task.sleep(for: delay) }
    }
    do {
      let value = try await work()
      limits.end(attempt, .succeeded, now: MonotonicClock.now())
      return value
    } catch {
      var outcome = LoginLimits.Outcome.abandoned
      if case .invalidCredentials = error { outcome = .failed }
      limits.end(attempt, outcome, now: MonotonicClock.now())
      throw error
    }
  }

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

  /// NFC, without white space around; nil where nothing is left.
  private static func displayName(_ name: String?) throws(IdentityError) -> String? {
    guard let name else { return nil }
    var text = name.precomposed[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    // Counted as PostgreSQL counts; a control character is NUL at worst, which it cannot hold.
    guard text.unicodeScalars.count <= 200,
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .invalid([.init(field: "name", code: "invalid_name", message: "Nom invalide.")])
    }
    return text.isEmpty ? nil : String(text)
  }

  static func text(_ row: PostgresRow, _ column: Int) throws(IdentityError) -> String {
    do { return try row.string(column) } catch { throw .database(error) }
  }
}
