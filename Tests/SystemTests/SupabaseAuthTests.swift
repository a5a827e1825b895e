import Foundation
import Testing

/// What only Supabase Auth does: confirmation by mail, codes and shapes of its own, other clients
/// of the same project.
@Suite(.serialized) struct SupabaseAuthTests {
  private func bed(
    _ settings: [String: Any] = [:], gateway: [String: String] = [:]
  ) throws -> (HomeStack, SupabaseSimulator) {
    let bed = try HomeStack(.supabase, gateway: gateway)
    let simulator = try #require(bed.simulator)
    try simulator.control(["settings": settings])
    return (bed, simulator)
  }

  private func email() -> String { "zoe-\(UUID().uuidString.lowercased())@exemple.fr" }

  private func signup(
    _ bed: HomeStack, _ email: String, password: String = "huit vaches bleues"
  ) throws -> WireClient.Response {
    try bed.stack.client.post(
      "/api/auth/signup",
      ["email": email, "password": password, "name": "Zoé", "consents": ["gemini": true]])
  }

  @Test func whereAddressesAreConfirmedASignUpIsAnsweredByAMail() throws {
    let (bed, simulator) = try bed(["autoconfirm": false])
    let email = email()
    let sent = try signup(bed, email)
    #expect(sent.status == 202, "\(sent.text)")
    #expect(sent.text == #"{"status":"confirmation_sent"}"#)
    #expect(sent.all("set-cookie").isEmpty)
    let early = try bed.login(email, "huit vaches bleues")
    #expect(early.status == 401 && early.code == "email_not_confirmed")
    // Who does not know the password learns nothing of it.
    #expect(try bed.login(email, "huit vaches rouges").code == "invalid_credentials")
    let asked = try #require(try simulator.asked("/signup").first)
    #expect((asked["path"] as? String)?.contains("redirect_to=http%3A%2F%2F127.0.0.1%3A") == true)

    try simulator.control(["confirm": email])
    let login = try bed.login(email, "huit vaches bleues")
    #expect((login.json["user"] as? [String: Any])?["name"] as? String == "Zoé", "\(login.text)")
    let cookie = ["Cookie": Stack.cookies(login)]
    let consents = try bed.stack.client.request("GET", "/api/account/consents", headers: cookie)
    #expect((consents.json["consents"] as? [String: Any])?["gemini"] as? Bool == true)
    // A taken address is answered like a free one.
    let taken = try signup(bed, email)
    #expect(taken.status == 202 && taken.body == sent.body)
  }

  @Test func codesOfSupabaseBecomeOurs() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    func says(_ path: String, _ status: Int, _ body: String) throws {
      try simulator.fail(path, times: 9, ["status": status, "body": body])
    }
    for (status, body, expected, code) in [
      (422, #"{"code":"signup_disabled","message":"x"}"#, 403, "signup_closed"),
      (422, #"{"code":422,"error_code":"user_already_exists","msg":"x"}"#, 409, "email_taken"),
      (400, #"{"code":"email_address_invalid","message":"x"}"#, 422, "validation_failed"),
      (
        422,
        #"{"code":422,"error_code":"weak_password","msg":"x","weak_password":{"reasons":["pwned"]}}"#,
        422, "weak_password"
      ),
      (429, #"{"code":"over_email_send_rate_limit","message":"x"}"#, 429, "rate_limited"),
      (400, #"{"code":"captcha_failed","message":"x"}"#, 503, "identity_unavailable"),
      (401, #"{"message":"Invalid API key","hint":"x"}"#, 503, "identity_unavailable"),
      (200, "<html>", 503, "identity_unavailable"),
      (200, #"{"access_token":"a b","refresh_token":"c"}"#, 503, "identity_unavailable"),
    ] {
      try says("/signup", status, body)
      let answer = try signup(bed, email())
      #expect(answer.status == expected && answer.code == code, "\(body): \(answer.text)")
      #expect(!answer.text.contains("API key"))
    }
    try says(
      "/signup", 429,
      #"{"code":429,"msg":"For security purposes, you can only request this after 52 seconds."}"#)
    #expect(try signup(bed, email()).header("retry-after") == "52")
    for (status, body, expected, code) in [
      (400, #"{"code":"user_banned","message":"x"}"#, 401, "invalid_credentials"),
      (400, #"{"error":"invalid_request","error_description":"x"}"#, 503, "identity_unavailable"),
      (429, #"{"code":"over_request_rate_limit","message":"x"}"#, 429, "rate_limited"),
    ] {
      try says("/token", status, body)
      let answer = try bed.login(family.email, family.password)
      #expect(answer.status == expected && answer.code == code, "\(body): \(answer.text)")
    }
    for (status, code) in [
      (400, "session_expired"), (400, "session_not_found"), (400, "refresh_token_already_used"),
    ] {
      try says("/token", status, #"{"code":"\#(code)","message":"x"}"#)
      let answer = try bed.refresh(family.cookie)
      #expect(answer.status == 401 && answer.code == "invalid_refresh_token", "\(code)")
    }
  }

  @Test func bothShapesOfItsErrorsAreRead() throws {
    let (bed, _) = try bed(["old_shape": true])
    let family = try bed.stack.signUp()
    #expect(try bed.login(family.email, "ceci est faux").code == "invalid_credentials")
    let taken = try signup(bed, family.email)
    #expect(taken.status == 409 && taken.code == "email_taken")
  }

  @Test func aReplayedRefreshTokenEndsTheSession() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    let second = try bed.refresh(family.cookie)
    let third = try bed.refresh(Stack.cookies(second))
    #expect(third.status == 200)
    try simulator.control(["age": 11])
    // The parent of the newest is forgiven at any time: its client may have lost the answer.
    #expect(try bed.refresh(Stack.cookies(second)).status == 200)
    #expect(try bed.refresh(family.cookie).status == 401)
    #expect(try bed.refresh(Stack.cookies(third)).status == 401)
  }

  @Test func tabsThatRefreshAtOnceShareOneAnswer() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    try simulator.control(["forget_requests": 1])
    try simulator.fail("/token", times: 1, ["delay": 0.5])
    let answers = try bed.stack.atOnce(
      2, "POST", "/api/auth/refresh",
      ["refresh_token": HomeStack.tokens(family.cookie)["phoenix_refresh"] ?? ""], headers: [:])
    #expect(answers.allSatisfy { $0.status == 200 })
    #expect(Set(answers.map { Stack.cookies($0) }).count == 1)
    #expect(try simulator.asked("/token").count == 1)
  }

  @Test func familiesAreTheirOwnToItsLimits() throws {
    let (bed, simulator) = try bed(
      [:], gateway: ["PHOENIX_TRUSTED_PROXIES": "127.0.0.0/8"])
    let family = try bed.stack.signUp()
    try simulator.control(["forget_requests": 1])
    _ = try bed.stack.client.post(
      "/api/auth/login", ["email": family.email, "password": family.password],
      headers: ["X-Forwarded-For": "203.0.113.7"])
    let headers = try #require(try simulator.asked("/token").first?["headers"] as? [String: String])
    #expect(headers["sb-forwarded-for"] == "203.0.113.7")
    #expect(headers["apikey"] == "sb_secret_simulated")
    #expect(headers["authorization"] == nil)
    #expect(!bed.stack.log.contains("sb_secret") && !bed.stack.log.contains(family.password))
  }

  @Test func whoSignedInElsewhereHasAProfileHere() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    try bed.sql("delete from public.users where id = '\(family.id)'")
    let consents = try bed.stack.send(
      "PUT", "/api/account/consents", ["gemini": true], as: family)
    #expect(consents.status == 200, "\(consents.text)")
    #expect(try bed.stack.get("/api/auth/me", family).status == 200)
    try simulator.control(["forget_requests": 1])
    #expect(try bed.stack.get("/api/auth/me", family).status == 200)
    #expect((try simulator.control([:])["requests"] as? [Any])?.isEmpty == true)
  }

  @Test func anOldSessionChangesItsPasswordByAFreshOne() throws {
    let (bed, simulator) = try bed(["reauthentication": true])
    let family = try bed.stack.signUp()
    try simulator.control(["age": 90_000])
    let done = try bed.stack.send(
      "POST", "/api/auth/password",
      ["current": family.password, "new": "huit vaches bleues"], as: family)
    #expect(done.status == 204, "\(done.text)")
    #expect(try bed.refresh(Stack.cookies(done)).status == 200)
    #expect(try bed.refresh(family.cookie).status == 401)
    #expect(try simulator.control([:])["sessions"] as? Int == 1)
  }

  @Test func aFailedChangeOfPasswordLeavesNoSessionBehind() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    try simulator.fail(
      "/user", times: 1,
      [
        "status": 422,
        "body":
          #"{"code":"weak_password","message":"x","weak_password":{"reasons":["characters"]}}"#,
      ])
    let weak = try bed.stack.send(
      "POST", "/api/auth/password",
      ["current": family.password, "new": "huit vaches bleues"], as: family)
    #expect(weak.status == 422 && weak.faults == ["new too_simple"], "\(weak.text)")
    #expect(try simulator.control([:])["sessions"] as? Int == 1)
    #expect(try bed.refresh(family.cookie).status == 200)
  }
}
