import Gateway
import Postgres
import ServiceHost
import Testing

@Suite struct IdentityAccountsTests {
  private typealias Bed = IdentityTestBed

  @Test func signsUpAndIsSignedIn() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let signedIn = try await bed.signUp(email: email, name: "  Zoe\u{301} ")
      #expect(signedIn.user.email == email)
      #expect(signedIn.user.name.map { Array($0.utf8) } == Array("Zoé".utf8))
      #expect(
        signedIn.user.createdAt.wholeMatch(
          of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
      #expect(
        signedIn.expiresAtText.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

      let session = try bed.identity.authenticate(accessToken: signedIn.accessToken)
      #expect(session.userID == signedIn.user.id)
      #expect(session.email == email)
      #expect(session.expiresAt == signedIn.expiresAt)
      let life = try await bed.asOwner(
        "select ($1::bigint - extract(epoch from now()))::int::text",
        [.int(session.expiresAt)])
      #expect((3500...3601).contains(Int(life ?? "") ?? 0))

      let user = try await bed.identity.me(session: session)
      #expect(user == signedIn.user)
      #expect(
        try await bed.asOwner(
          "select consents::text from public.users where id = $1", [.uuid(user.id)])
          == #"{"gemini": true}"#)
    }
  }

  @Test func theClaimsOfASessionOpenTheUsersRowsAndNoOthers() async throws {
    try await withIdentity { bed in
      let sessions = try [await bed.signUp(), await bed.signUp()].map {
        try bed.identity.authenticate(accessToken: $0.accessToken)
      }
      for session in sessions {
        let rows = try await bed.pool.run(
          [PostgresStatement("select id::text from public.users")],
          as: .user(claims: session.claims))
        #expect(try rows[0].map { try $0.string(0) } == [session.userID])
      }
    }
  }

  @Test func theStoredPasswordIsAHash() async throws {
    try await withIdentity { bed in
      let user = try await bed.signUp().user
      let stored = try await bed.asOwner(
        "select password_hash from auth.users where id = $1", [.uuid(user.id)])
      #expect(stored?.hasPrefix("$scrypt$ln=14,r=8,p=5$") == true)
    }
  }

  @Test func anAddressIsOneWhateverItsCaseAndComposition() async throws {
    try await withIdentity { bed in
      let plain = "é" + Bed.email()
      _ = try await bed.signUp(email: plain)
      let other = " E\u{301}" + plain.dropFirst().uppercased() + "\n"
      #expect(try await bed.refusal { _ = try await bed.signUp(email: other) } == "email_taken")
      #expect(try await bed.logIn(other).user.email == plain)
    }
  }

  @Test func aTakenAddressLeavesNothingBehind() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let first = try await bed.signUp(email: email)
      let again = try await bed.refusal {
        _ = try await bed.signUp(email: email, password: "another password 1")
      }
      #expect(again == "email_taken")
      #expect(
        try await bed.asOwner(
          "select count(*)::text from auth.users where email = $1", [.text(email)]) == "1")
      #expect(try await bed.logIn(email).user.id == first.user.id)
    }
  }

  @Test func twoSignUpsAtOnceMakeOneAccount() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      async let one = bed.refusal { _ = try await bed.signUp(email: email) }
      async let other = bed.refusal { _ = try await bed.signUp(email: email) }
      let codes = try await [one, other]
      #expect(codes.sorted() == ["email_taken", "none"])
    }
  }

  @Test func refusesDataFieldByField() async throws {
    try await withIdentity { bed in
      for (email, password, name, fields) in [
        ("not an address", Bed.password, "Zoé", ["email"]),
        ("a@b\u{0}.fr", Bed.password, "Zoé", ["email"]),
        ("not an address", "short", "Zoé", ["email", "password"]),
        ("zoe@exemple.fr", Bed.password, "Zo\u{0}é", ["name"]),
        ("zoe@exemple.fr", Bed.password, String(repeating: "🇫🇷", count: 101), ["name"]),
      ] {
        do {
          _ = try await bed.signUp(email: email, password: password, name: name)
          Issue.record("signed up")
        } catch IdentityError.invalid(let faults) {
          #expect(faults.map(\.field) == fields)
        }
      }
    }
  }

  @Test func refusesAWeakPassword() async throws {
    try await withIdentity { bed in
      do {
        _ = try await bed.signUp(password: "Motdepasse2024!")
        Issue.record("signed up")
      } catch IdentityError.weakPassword(let fault) {
        #expect(fault.field == "password")
        #expect(fault.code == "too_common")
      }
    }
  }

  @Test func eachLoginIsASessionOfItsOwn() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let tokens = [
        try await bed.signUp(email: email), try await bed.logIn(email), try await bed.logIn(email),
      ]
      let sessions = try tokens.map {
        try bed.identity.authenticate(accessToken: $0.accessToken).sessionID
      }
      #expect(Set(sessions).count == 3)
      #expect(Set(tokens.map(\.refreshToken)).count == 3)
    }
  }

  @Test func wrongPasswordAndUnknownAddressAnswerAlike() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      _ = try await bed.signUp(email: email)
      // In turn, and the shortest of several: what the machine does beside only lengthens.
      var shortest: [String: Duration] = [:]
      let (unknown, impossible) = (Bed.email(), "no address at all")
      for _ in 0..<4 {
        for address in [email, unknown, impossible] {
          let duration = try await ContinuousClock().measure {
            let code = try await bed.refusal { _ = try await bed.logIn(address, "wrong password") }
            #expect(code == "invalid_credentials")
          }
          shortest[address] = min(shortest[address] ?? duration, duration)
        }
      }
      let known = try #require(shortest[email])
      // Without the hash it would be a hundredth.
      for duration in shortest.values { #expect((0.25...4).contains(duration / known)) }
    }
  }

  @Test func oddInputIsOnlyAWrongLogin() async throws {
    try await withIdentity { bed in
      for text in ["", "\u{0}", "' or 1=1 --", "@", String(repeating: "a", count: 100_000)] {
        let code = try await bed.refusal { _ = try await bed.logIn(text, text) }
        #expect(code == "invalid_credentials")
      }
    }
  }

  @Test func failedLoginsAreLimitedPerAddressAndEmail() async throws {
    try await withIdentity(try IdentityTestBed(loginLimit: (2, .seconds(900)))) { bed in
      let email = Bed.email()
      _ = try await bed.signUp(email: email)
      for _ in 0..<2 {
        let code = try await bed.refusal { _ = try await bed.logIn(email, "wrong password") }
        #expect(code == "invalid_credentials")
      }
      // Even the right one, so that nobody learns that it was right.
      do {
        _ = try await bed.logIn(email)
        Issue.record("logged in")
      } catch IdentityError.tooManyFailures(let seconds) {
        #expect((1...900).contains(seconds))
      }
      // The family, at its own address, is not locked out.
      #expect(try await bed.logIn(email, client: "192.0.2.2").user.email == email)
    }
  }

  @Test func aNewPasswordEndsTheOtherSessions() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let other = try await bed.signUp(email: email)
      let own = try await bed.logIn(email)
      let session = try bed.identity.authenticate(accessToken: own.accessToken)
      let new = "un tout autre secret"
      _ = try await bed.identity.changePassword(session: session, current: Bed.password, new: new)

      #expect(bed.refusal(of: own.accessToken) == nil)
      #expect(bed.refusal(of: other.accessToken) == "invalid_token_revoked")
      _ = try await bed.identity.refresh(refreshToken: own.refreshToken)
      let refreshed = try await bed.refusal {
        _ = try await bed.identity.refresh(refreshToken: other.refreshToken)
      }
      #expect(refreshed == "invalid_refresh_token")
      #expect(try await bed.refusal { _ = try await bed.logIn(email) } == "invalid_credentials")
      #expect(try await bed.logIn(email, new).user.email == email)
    }
  }

  @Test func aNewPasswordNeedsTheOldOneAndMustBeGood() async throws {
    try await withIdentity(try IdentityTestBed(loginLimit: (2, .seconds(900)))) { bed in
      let signedIn = try await bed.signUp()
      let session = try bed.identity.authenticate(accessToken: signedIn.accessToken)
      func change(_ current: String, _ new: String) async throws -> String {
        try await bed.refusal {
          _ = try await bed.identity.changePassword(session: session, current: current, new: new)
        }
      }
      #expect(try await change(Bed.password, "court") == "weak_password")
      #expect(try await change("wrong password", "un tout autre secret") == "invalid_credentials")
      #expect(try await change("wrong password", "un tout autre secret") == "invalid_credentials")
      // A stolen session may not guess on.
      #expect(try await change(Bed.password, "un tout autre secret") == "too_many_failures")
    }
  }

  @Test func aDeletedAccountIsNobody() async throws {
    try await withIdentity { bed in
      let signedIn = try await bed.signUp()
      let session = try bed.identity.authenticate(accessToken: signedIn.accessToken)
      try await bed.asOwner("delete from auth.users where id = $1", [.uuid(session.userID)])
      let me = try await bed.refusal { _ = try await bed.identity.me(session: session) }
      #expect(me == "invalid_token_revoked")
      let refresh = try await bed.refusal {
        _ = try await bed.identity.refresh(refreshToken: signedIn.refreshToken)
      }
      #expect(refresh == "invalid_refresh_token")
    }
  }
}
