import Cryptography
import Foundation
import Gateway
import Postgres
import Testing

@Suite struct IdentitySessionsTests {
  private typealias Bed = IdentityTestBed

  private func refresh(_ bed: IdentityTestBed, _ token: String) async throws -> String {
    try await bed.refusal { _ = try await bed.identity.refresh(refreshToken: token) }
  }

  /// As if a token had been used so long ago.
  private func age(_ bed: IdentityTestBed, _ token: String, seconds: Int64) async throws {
    let hash = SHA256.hash(try #require(Base64URL.decode(token)))
    let changed = try await bed.asOwner(
      """
      update auth.refresh_tokens set used_at = used_at - make_interval(secs => $2)
      where token_hash = $1 and used_at is not null returning 'changed'
      """, [.bytes(hash), .int(seconds)])
    #expect(changed == "changed")
  }

  @Test func aRefreshTokenGivesANewPairOfTheSameSession() async throws {
    try await withIdentity { bed in
      let first = try await bed.signUp()
      let second = try await bed.identity.refresh(refreshToken: first.refreshToken)
      #expect(second.user == first.user)
      #expect(second.refreshToken != first.refreshToken)
      let sessions = try [first, second].map {
        try bed.identity.authenticate(accessToken: $0.accessToken).sessionID
      }
      #expect(sessions[0] == sessions[1])
      let third = try await bed.identity.refresh(refreshToken: second.refreshToken)
      #expect(bed.refusal(of: third.accessToken) == nil)
    }
  }

  @Test func aReplayedTokenEndsTheWholeSession() async throws {
    try await withIdentity { bed in
      let first = try await bed.signUp()
      let second = try await bed.identity.refresh(refreshToken: first.refreshToken)
      try await age(bed, first.refreshToken, seconds: 11)
      #expect(try await refresh(bed, first.refreshToken) == "replayed_refresh_token")
      for pair in [first, second] {
        #expect(bed.refusal(of: pair.accessToken) == "invalid_token_revoked")
        #expect(try await refresh(bed, pair.refreshToken) == "invalid_refresh_token")
      }
    }
  }

  @Test func withinTheGraceAParallelTabGetsATokenOfItsOwn() async throws {
    try await withIdentity { bed in
      let first = try await bed.signUp()
      let tab = try await bed.identity.refresh(refreshToken: first.refreshToken)
      try await age(bed, first.refreshToken, seconds: 8)
      let otherTab = try await bed.identity.refresh(refreshToken: first.refreshToken)
      #expect(tab.refreshToken != otherTab.refreshToken)
      for pair in [tab, otherTab] {
        #expect(try await refresh(bed, pair.refreshToken) == "none")
      }
      // The grace counts from the first use; the second did not prolong it.
      try await age(bed, first.refreshToken, seconds: 3)
      #expect(try await refresh(bed, first.refreshToken) == "replayed_refresh_token")
    }
  }

  @Test func manyTabsAtOnceAreAllServed() async throws {
    try await withIdentity { bed in
      let first = try await bed.signUp()
      let pairs = try await withThrowingTaskGroup(of: SignedIn.self) { group in
        for _ in 0..<12 {
          group.addTask { try await bed.identity.refresh(refreshToken: first.refreshToken) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(pairs.map(\.refreshToken)).count == 12)
      #expect(pairs.allSatisfy { bed.refusal(of: $0.accessToken) == nil })
    }
  }

  @Test func whatIsNoRefreshTokenIsRefused() async throws {
    try await withIdentity { bed in
      for token in [
        "", "x", "null", "\u{0}", String(repeating: "A", count: 42),
        String(repeating: "A", count: 43), String(repeating: "A", count: 44),
        String(repeating: "é", count: 43), String(repeating: "A", count: 100_000),
      ] {
        let code = try await refresh(bed, token)
        #expect(code == "invalid_refresh_token")
      }
    }
  }

  @Test func eachRefreshGivesThirtyDaysMore() async throws {
    try await withIdentity { bed in
      let first = try await bed.signUp()
      let session = try bed.identity.authenticate(accessToken: first.accessToken)
      func daysLeft() async throws -> String? {
        try await bed.asOwner(
          "select round(extract(epoch from expires_at - now()) / 86400)::text from auth.sessions "
            + "where id = $1", [.uuid(session.sessionID)])
      }
      #expect(try await daysLeft() == "30")
      try await bed.asOwner(
        "update auth.sessions set expires_at = now() + interval '1 day' where id = $1",
        [.uuid(session.sessionID)])
      let second = try await bed.identity.refresh(refreshToken: first.refreshToken)
      #expect(try await daysLeft() == "30")
      try await bed.asOwner(
        "update auth.sessions set expires_at = now() where id = $1", [.uuid(session.sessionID)])
      #expect(try await refresh(bed, second.refreshToken) == "invalid_refresh_token")
    }
  }

  @Test func logoutEndsTheSessionAtOnce() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let kept = try await bed.signUp(email: email)
      let pairs = [try await bed.logIn(email), try await bed.logIn(email)]
      try await bed.identity.logout(accessToken: pairs[0].accessToken, refreshToken: nil)
      try await bed.identity.logout(accessToken: nil, refreshToken: pairs[1].refreshToken)
      for pair in pairs {
        #expect(bed.refusal(of: pair.accessToken) == "invalid_token_revoked")
        #expect(try await refresh(bed, pair.refreshToken) == "invalid_refresh_token")
      }
      #expect(bed.refusal(of: kept.accessToken) == nil)
    }
  }

  @Test func logoutWithoutASessionIsNoError() async throws {
    try await withIdentity { bed in
      let signedIn = try await bed.signUp()
      for (access, refresh) in [(nil, nil), ("x", "y"), ("x", nil), (nil, "\u{0}")]
        as [(
          String?, String?
        )]
      {
        try await bed.identity.logout(accessToken: access, refreshToken: refresh)
      }
      for _ in 0..<2 {
        try await bed.identity.logout(
          accessToken: signedIn.accessToken, refreshToken: signedIn.refreshToken)
      }
      #expect(bed.refusal(of: signedIn.accessToken) == "invalid_token_revoked")
    }
  }

  @Test func aLogoutHoldsOnEveryGatewaySoon() async throws {
    try await withIdentity { one in
      try await withIdentity { other in
        let polling = Task { await other.identity.run() }
        let signedIn = try await one.signUp()
        #expect(other.refusal(of: signedIn.accessToken) == nil)
        try await one.identity.logout(accessToken: signedIn.accessToken, refreshToken: nil)
        // A second is promised; the tests beside may take some of it.
        try await Bed.eventually("the other gateway refuses", within: .seconds(5)) {
          other.refusal(of: signedIn.accessToken) == "invalid_token_revoked"
        }
        polling.cancel()
        await polling.value
        // Nothing that a later reading does not show is forgotten.
        await other.pool.shutdown(within: .zero)
        #expect(try await other.refusal { try await other.identity.prepare() } == "database")
        #expect(other.refusal(of: signedIn.accessToken) == "invalid_token_revoked")
      }
    }
  }

  /// While the list cannot be read, a logout elsewhere is not heard of: somebody has to be told.
  @Test func aListOfRevokedSessionsThatCannotBeReadIsTold() async throws {
    try await withIdentity { bed in
      let polling = Task { await bed.identity.run() }
      try await Bed.eventually("both works succeed") {
        bed.told.all == ["revocations", "sessions"]
      }
      await bed.pool.shutdown(within: .zero)
      try await Bed.eventually("the failure is told") { bed.told.all.contains("revocations!") }
      polling.cancel()
      await polling.value
      // Being ended is no failure; the other work was not due again.
      #expect(!bed.told.all.contains("sessions!"))
    }
  }

  @Test func aGatewayThatStartsKnowsWhatWasRevokedBefore() async throws {
    try await withIdentity { one in
      let signedIn = try await one.signUp()
      try await one.identity.logout(accessToken: signedIn.accessToken, refreshToken: nil)
      try await withIdentity { restarted in
        #expect(restarted.refusal(of: signedIn.accessToken) == nil)
        try await restarted.identity.prepare()
        #expect(restarted.refusal(of: signedIn.accessToken) == "invalid_token_revoked")
      }
    }
  }

  @Test func aChangedSecretKeyKeepsTheSessionsOfTheOneBefore() async throws {
    try await withIdentity { old in
      let token = try await old.signUp().accessToken
      let new = Array("another secret key, of 33 bytes..".utf8)
      try await withIdentity(try IdentityTestBed(secret: new, previous: Bed.secret)) { bed in
        #expect(bed.refusal(of: token) == nil)
      }
      try await withIdentity(try IdentityTestBed(secret: new)) { bed in
        #expect(bed.refusal(of: token) == "invalid_token_signature")
      }
    }
  }

  /// The derived key with the claims of a good token, each of them changed in turn.
  @Test func forgedAndForeignTokensAreRefused() async throws {
    try await withIdentity { bed in
      let key = HMACSHA256.authenticate(Array("session-jwt".utf8), key: Bed.secret)
      func token(
        _ change: (String, String) = ("", ""), header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        key: [UInt8] = key
      ) -> String {
        var payload = """
          {"iss":"\(Bed.issuer)","aud":"authenticated","role":"authenticated","exp":9999999999,\
          "sub":"0198c0de-0000-7000-8000-000000000001","email":"zoe@exemple.fr",\
          "session_id":"0198c0de-0000-7000-8000-000000000002"}
          """
        if !change.0.isEmpty { payload = payload.replacing(change.0, with: change.1) }
        let unsigned = [header, payload].map { Base64URL.encode(Array($0.utf8)) }
          .joined(separator: ".")
        let code = HMACSHA256.authenticate(Array(unsigned.utf8), key: key)
        return unsigned + "." + Base64URL.encode(code)
      }
      #expect(bed.refusal(of: token()) == nil)
      for (change, reason) in [
        (("9999999999", "1"), "expired"), ((Bed.issuer, "https://eve.example"), "claims"),
        ((#""aud":"authenticated""#, #""aud":"anon""#), "claims"),
        ((#""role":"authenticated""#, #""role":"service_role""#), "claims"),
        ((#""role":"authenticated""#, #""role":"phoenix_identity""#), "claims"),
        (("0198c0de-0000-7000-8000-000000000001", "1' or true"), "claims"),
        ((#""session_id""#, #""session""#), "claims"), ((#""sub""#, #""subject""#), "claims"),
      ] { #expect(bed.refusal(of: token(change)) == "invalid_token_\(reason)") }
      #expect(bed.refusal(of: token(key: Bed.secret)) == "invalid_token_signature")
      for algorithm in ["none", "RS256"] {
        #expect(
          bed.refusal(of: token(header: #"{"alg":"\#(algorithm)"}"#)) == "invalid_token_algorithm")
      }
      for text in ["", "a.b.c", String(repeating: "a", count: 1_000_000)] {
        #expect(bed.refusal(of: text) == "invalid_token_malformed")
      }
      // Known good ones are remembered; a change of one is still looked at.
      #expect(bed.refusal(of: token()) == nil)
      #expect(bed.refusal(of: token() + "A") != nil)
    }
  }

  @Test func whatNobodyNeedsIsDeleted() async throws {
    try await withIdentity { bed in
      let email = Bed.email()
      let old = try await bed.signUp(email: email)
      let ended = try await bed.logIn(email)
      let live = try await bed.logIn(email)
      let next = try await bed.identity.refresh(refreshToken: live.refreshToken)
      let ids = try [old, ended, live].map {
        try bed.identity.authenticate(accessToken: $0.accessToken).sessionID
      }
      try await bed.asOwner(
        "update auth.sessions set expires_at = now() - interval '25 hours' where id = $1",
        [.uuid(ids[0])])
      try await bed.asOwner(
        "update auth.sessions set revoked_at = now() - interval '25 hours' where id = $1",
        [.uuid(ids[1])])
      try await age(bed, live.refreshToken, seconds: 31 * 86_400)
      let cleaning = Task { await bed.identity.run() }
      try await Bed.eventually("two sessions and three tokens are gone") {
        try await bed.asOwner(
          """
          select count(distinct s.id) || ' ' || count(t.id)
          from auth.sessions s left join auth.refresh_tokens t on t.session_id = s.id
          where s.user_id = $1
          """, [.uuid(old.user.id)]) == "1 1"
      }
      cleaning.cancel()
      await cleaning.value
      #expect(bed.refusal(of: live.accessToken) == nil)
      #expect(try await refresh(bed, next.refreshToken) == "none")
    }
  }
}
