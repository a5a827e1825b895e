import JSONLogging
import Postgres
import ServiceHost
import Telemetry
import Upstream

extension SupabaseIdentity {
  /// Opens an account. Where Supabase asks to confirm addresses, nobody is signed in yet, and a
  /// taken address is answered like a free one.
  package func signup(
    email: String, password: String, name: String?, consents: [String: Bool],
    client address: String
  ) async throws(IdentityError) -> SignupOutcome {
    let account = try NewAccount(
      email: email, password: password, name: name, consents: consents)
    var json = JSONText()
    json.object {
      $0.member("email", account.email.text)
      $0.member("password", account.password)
      // Kept there until the first sign-in, which may be days after.
      $0.object("data") {
        if let name = account.name { $0.member("name", name) }
        $0.member("consents", json: NewAccount.json(account.consents).text)
      }
    }
    var call = SupabaseAuthClient.Call(
      .post, "/signup?redirect_to=" + Self.escaped(settings.publicURL + "/login"), body: json)
    call.client = address
    let answer = try await asking { [call] in
      try await client.send(call)
    } meaning: { refusal in
      switch refusal.code {
      case "user_already_exists", "email_exists": .emailTaken
      case "signup_disabled", "anonymous_provider_disabled": .signupClosed
      case "email_address_invalid": .invalid([NewAccount.invalidEmail])
      default: refusal.weakness(field: "password")
      }
    }
    guard let pair = try TokenPair(answer) else { return .confirmationSent }
    return .signedIn(try await signedIn(pair))
  }

  package func me(session: Session) async throws(IdentityError) -> UserProfile {
    let rows: [PostgresRows]
    do {
      rows = try await database.run(
        [
          PostgresStatement(
            "select \(BuiltInIdentity.profileColumns("users")) from public.users where id = $1",
            [.uuid(session.userID)])
        ], as: .user(claims: session.claims))
    } catch { throw .database(error) }
    if let row = rows[0].first { return try BuiltInIdentity.profile(row) }
    // Signed in elsewhere with the same project, and here for the first time.
    return try await profile(of: session, name: nil, consents: [:])
  }

  /// The profile of who signed in, made where it is the first time; its address follows Supabase's.
  func profile(
    of session: Session, name: String?, consents: [String: Bool]
  ) async throws(IdentityError) -> UserProfile {
    let rows = try await run([
      PostgresStatement(
        """
        insert into public.users (id, email, name, consents, consents_at)
        values ($1, $2, $3, $4, case when $4::jsonb <> '{}' then now() end)
        on conflict (id) do update set email = excluded.email
        where users.email <> excluded.email
        """,
        [
          .uuid(session.userID), .text(session.email), name.map { .text($0) } ?? .null,
          .json(NewAccount.json(consents).text),
        ]),
      PostgresStatement(
        "select \(BuiltInIdentity.profileColumns("users")) from public.users where id = $1",
        [.uuid(session.userID)]),
    ])
    guard let row = rows[1].first else { throw .invalidToken(.revoked) }
    return try BuiltInIdentity.profile(row)
  }

  /// Sets a new password in the caller's own session, so that it lives on, after the current one
  /// has been proved by a sign-in. Where Supabase wants a session that was opened just now, that
  /// sign-in becomes the caller's session.
  package func changePassword(
    session: Session, current: String, new: String
  ) async throws(IdentityError) -> SignedIn? {
    let new = new.precomposed
    if let fault = PasswordPolicy.fault(of: new, email: session.email, field: "new") {
      throw .weakPassword(fault)
    }
    let current = current.precomposed
    // Whoever took over a session must not find out its password by trying.
    return try await limits.counting(
      LoginLimits.Attempt(email: session.email, client: "user:" + session.userID)
    ) { () async throws(IdentityError) in
      let proof = try await pair(email: session.email, password: current, client: nil)
      guard proof.userID == session.userID else { throw .invalidCredentials }
      do {
        if current != new {
          try await setPassword(new, current: current, session.accessToken)
        }
        try await endSessions("others", session.accessToken)
        return nil
      } catch let refusal as SupabaseRefusal where refusal.code == "reauthentication_needed" {
        return try await setPassword(new, current: current, inSessionOf: proof)
      } catch {
        // The proof must not stay behind as a session that nobody knows of.
        try? await endSessions("local", proof.accessToken)
        throw Self.meaning(ofPasswordFailure: error)
      }
    }
  }

  private func setPassword(
    _ new: String, current: String, inSessionOf proof: TokenPair
  ) async throws(IdentityError) -> SignedIn {
    do {
      try await setPassword(new, current: current, proof.accessToken)
      try await endSessions("others", proof.accessToken)
    } catch { throw Self.meaning(ofPasswordFailure: error) }
    return try await signedIn(proof)
  }

  private func setPassword(
    _ new: String, current: String, _ token: Secret<String>
  ) async throws {
    var json = JSONText()
    json.object {
      $0.member("password", new)
      $0.member("current_password", current)
    }
    var call = SupabaseAuthClient.Call(.put, "/user", body: json)
    call.token = token
    do { _ = try await client.send(call) } catch let refusal as SupabaseRefusal {
      // It is the password already, as after an answer that was lost.
      if refusal.code != "same_password" { throw refusal }
    }
  }

  private static func meaning(ofPasswordFailure error: any Error) -> IdentityError {
    switch error {
    case let error as IdentityError: return error
    case let refusal as SupabaseRefusal:
      switch refusal.code {
      case "bad_jwt", "session_not_found", "user_not_found", "user_banned", "no_authorization":
        return .invalidToken(.revoked)
      case "current_password_invalid", "current_password_required": return .invalidCredentials
      default: return refusal.weakness(field: "new") ?? refusal.unexpected
      }
    default: return .unavailable(detail: "\(error)")
    }
  }

  /// Deletes the account at Supabase, and with it, by foreign keys, every row of ours; then leaves
  /// the line that makes every gateway refuse its tokens.
  package func deleteAccount(of session: Session) async throws(IdentityError) {
    guard client.hasSecretKey else {
      throw .misconfigured(detail: "deleting an account needs SUPABASE_SECRET_KEY")
    }
    var json = JSONText()
    json.object { $0.member("should_soft_delete", false) }
    var call = SupabaseAuthClient.Call(.delete, "/admin/users/\(session.userID)", body: json)
    call.isService = true
    call.repeating = .always
    do {
      _ = try await client.send(call)
    } catch let refusal as SupabaseRefusal {
      // A second try after an answer that was lost.
      guard refusal.code == "user_not_found" else { throw refusal.unexpected }
    } catch let error as IdentityError {
      throw error
    } catch { throw .unavailable(detail: "\(error)") }
    revocations.insert([session.userID])
    _ = try await run([
      PostgresStatement(
        "insert into public.account_deletions (user_id) values ($1) on conflict do nothing",
        [.uuid(session.userID)])
    ])
  }

  /// The account as Supabase Auth has it: address, identities, what the user said of themselves.
  package func providerRecord(of session: Session) async throws(IdentityError) -> [UInt8]? {
    var call = SupabaseAuthClient.Call(.get, "/user")
    call.token = session.accessToken
    call.repeating = .always
    return try await asking { [call] in
      try await client.bytes(call)
    } meaning: { refusal in
      switch refusal.code {
      case "bad_jwt", "session_not_found", "user_not_found", "user_banned": .invalidToken(.revoked)
      default: nil
      }
    }
  }

  /// Percent-encoded for a query.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.append(Character(Unicode.Scalar(byte)))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
