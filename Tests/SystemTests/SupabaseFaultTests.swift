import Foundation
import Testing

/// Keys that change, and a Supabase Auth that is slow, broken or gone.
@Suite(.serialized) struct SupabaseFaultTests {
  private func bed(_ gateway: [String: String] = [:]) throws -> (HomeStack, SupabaseSimulator) {
    let bed = try HomeStack(.supabase, gateway: gateway)
    return (bed, try #require(bed.simulator))
  }

  private func me(_ bed: HomeStack, _ family: Stack.Family) throws -> WireClient.Response {
    try bed.stack.client.request("GET", "/api/auth/me", headers: bed.bearer(family))
  }

  /// Tokens in the hands of other clients of the project, as they would bring them.
  private func pair(
    _ simulator: SupabaseSimulator, _ family: Stack.Family
  ) throws -> [String: String] {
    let answer = try WireClient(port: simulator.port).post(
      "/auth/v1/token?grant_type=password",
      ["email": family.email, "password": family.password],
      headers: ["apikey": "sb_publishable_simulated"])
    let token = try #require(answer.json["access_token"] as? String, "\(answer.text)")
    return ["Authorization": "Bearer \(token)"]
  }

  @Test(arguments: ["ES256", "RS256"])
  func aKeyThatIsNewIsAskedForOnceAMinute(_ algorithm: String) throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    #expect(try simulator.asked("/.well-known").count == 1)
    // The first key was read at start-up; the next reading waits for its minute to pass.
    try simulator.control(["rotate": algorithm])
    let fresh = try pair(simulator, family)
    func status() throws -> Int {
      try bed.stack.client.request("GET", "/api/auth/me", headers: fresh).status
    }
    #expect(try status() == 401)
    #expect(try me(bed, family).status == 200)
    #expect(try simulator.asked("/.well-known").count == 1)
    // A gateway that starts now knows both.
    kill(bed.stack.gateway.processIdentifier, SIGKILL)
    bed.stack.gateway.waitUntilExit()
    try bed.stack.restartGateway()
    #expect(try status() == 200)
    #expect(try me(bed, family).status == 200)
    // A key that is withdrawn: nobody it signed for gets in with a gateway that has read so.
    try simulator.control(["rotate": algorithm, "keep": false])
    kill(bed.stack.gateway.processIdentifier, SIGKILL)
    bed.stack.gateway.waitUntilExit()
    try bed.stack.restartGateway()
    #expect(try status() == 401)
    #expect(try me(bed, family).status == 401)
    #expect(try simulator.asked("/.well-known").count == 3)
  }

  @Test func aProjectThatStillSharesASecretWorksWithIt() throws {
    let stand = try SupabaseStand.shared()
    let simulator = try SupabaseSimulator(database: stand.superuserURL)
    try simulator.control(["rotate": "HS256", "keep": false])
    let settings = simulator.settings + ["DATABASE_URL": stand.gatewayURL]
    let without = try Stack(workers: 1, gateway: settings)
    let email = "zoe-\(UUID().uuidString.lowercased())@exemple.fr"
    let body = ["email": email, "password": "huit vaches bleues"]
    let refused = try without.client.post("/api/auth/signup", body)
    #expect(refused.status == 503 && refused.code == "identity_unavailable", "\(refused.text)")
    try without.wait("the log says why", seconds: 5) {
      without.log.contains("HS256 needs SUPABASE_JWT_SECRET")
    }
    without.stop()

    let with = try Stack(
      workers: 1, gateway: settings + ["SUPABASE_JWT_SECRET": SupabaseSimulator.secret])
    let login = try with.client.post("/api/auth/login", body)
    #expect(login.status == 200, "\(login.text)")
    let cookie = ["Cookie": Stack.cookies(login)]
    #expect(try with.client.request("GET", "/api/auth/me", headers: cookie).status == 200)
    // The project moves to a key of its own: both are good.
    try simulator.control(["rotate": "ES256"])
    kill(with.gateway.processIdentifier, SIGKILL)
    with.gateway.waitUntilExit()
    try with.restartGateway()
    #expect(try with.client.request("GET", "/api/auth/me", headers: cookie).status == 200)
    #expect(try with.client.post("/api/auth/login", body).status == 200)
  }

  @Test func tokensThatAreNotTheirsAreRefused() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    for (name, value) in [("lifetime", 1), ("lifetime", -10)] {
      try simulator.control(["settings": [name: value]])
      let token = try pair(simulator, family)
      if value > 0 { usleep(1_100_000) }
      #expect(
        try bed.stack.client.request("GET", "/api/auth/me", headers: token).status == 401)
    }
    let other = try SupabaseSimulator(database: "")
    _ = try WireClient(port: other.port).post(
      "/auth/v1/signup", ["email": family.email, "password": family.password],
      headers: ["apikey": "sb_publishable_simulated"])
    let foreign = try pair(other, family)
    #expect(
      try bed.stack.client.request("GET", "/api/auth/me", headers: foreign).status == 401)
    #expect(try bed.stack.metric("phoenix_auth_failures_total") > 2)
  }

  @Test func withoutSupabaseWhoIsSignedInStaysSo() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    simulator.stop()
    #expect(try me(bed, family).status == 200)
    #expect(try bed.stack.get("/api/procedures", family).status == 200)
    for _ in 0..<6 {
      let login = try bed.login(family.email, family.password)
      #expect(login.status == 503 && login.code == "identity_unavailable", "\(login.text)")
      #expect(login.header("retry-after") != nil)
    }
    #expect(try bed.refresh(family.cookie).status == 503)
    let out = try bed.stack.client.request(
      "POST", "/api/auth/logout", headers: ["Cookie": family.cookie])
    #expect(out.status == 503)
    // The breaker is open: no time is lost on asking.
    let start = ContinuousClock.now
    #expect(try bed.login(family.email, family.password).status == 503)
    #expect(ContinuousClock.now - start < .milliseconds(500))
    try bed.stack.wait("the log says so", seconds: 3) {
      bed.stack.logLines("\"dependency down\"").contains {
        $0["dependency"] as? String == "supabase_auth"
      }
    }
    #expect(try bed.stack.metric("phoenix_identity_requests_total") >= 6)
    #expect(try bed.stack.client.request("GET", "/readyz").status == 200)
  }

  @Test func aGatewayThatStartsWithoutSupabaseLearnsItsKeysLater() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    kill(bed.stack.gateway.processIdentifier, SIGKILL)
    bed.stack.gateway.waitUntilExit()
    try simulator.fail("/.well-known", times: -1, ["status": 503])
    try bed.stack.restartGateway()
    let early = try me(bed, family)
    // Not 401: that would sign the family out.
    #expect(early.status == 503 && early.code == "identity_unavailable", "\(early.text)")
    try simulator.control(["faults": [[String: Any]]()])
    try bed.stack.wait("the keys are read", seconds: 30) {
      (try? me(bed, family).status) == 200
    }
  }

  @Test func aSlowSupabaseIsGivenUpInTime() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    try simulator.fail("/token", times: 1, ["delay": 9])
    let start = ContinuousClock.now
    let slow = try bed.login(family.email, family.password)
    let duration = ContinuousClock.now - start
    #expect(slow.status == 503 && slow.code == "identity_unavailable")
    #expect(duration > .seconds(5) && duration < .seconds(8), "\(duration)")
    #expect(try bed.login(family.email, family.password).status == 200)
  }

  @Test func whatFailsInPassingIsAskedAgain() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    for fault: [String: Any] in [
      ["status": 502], ["drop": true],
      ["status": 409, "body": #"{"code":"conflict","message":"x"}"#],
    ] {
      try simulator.fail("/token", times: 1, fault)
      let answer = try bed.refresh(family.cookie)
      #expect(answer.status == 200, "\(fault) \(answer.text)")
    }
    // A password is not sent twice where it may have arrived.
    try simulator.control(["forget_requests": 1])
    try simulator.fail("/signup", times: 1, ["drop": true])
    let signup = try bed.stack.client.post(
      "/api/auth/signup",
      ["email": "a-\(UUID().uuidString)@exemple.fr", "password": "huit vaches bleues"])
    #expect(signup.status == 503)
    #expect(try simulator.asked("/signup").count == 1)
    // Somebody else deleted the account meanwhile.
    try simulator.fail(
      "/admin", times: 1, ["status": 404, "body": #"{"code":"user_not_found","message":"x"}"#])
    #expect(try bed.stack.send("DELETE", "/api/account", as: family).status == 204)
  }
}
