import Foundation
import Testing

/// What a family's client may rely on, wherever its account is kept.
@Suite(.serialized) struct IdentityConformanceTests {
  @Test(arguments: IdentityHome.allCases)
  func anAccountIsOpenedOnceAndSignsIn(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    let email = "zoe-\(UUID().uuidString.lowercased())@exemple.fr"
    let body: [String: Any] = [
      "email": " \(email.uppercased())", "password": "huit vaches bleues", "name": " Zoé ",
      "consents": ["gemini": true],
    ]
    let opened = try bed.stack.client.post("/api/auth/signup", body)
    #expect(opened.status == 201, "\(opened.text)")
    let user = try #require(opened.json["user"] as? [String: Any])
    #expect(Set(opened.json.keys) == ["user", "expires_at"])
    #expect(Set(user.keys) == ["id", "email", "name", "created_at"])
    #expect(user["email"] as? String == email && user["name"] as? String == "Zoé")
    #expect(opened.all("set-cookie").count == 2)
    #expect(opened.all("set-cookie").allSatisfy { $0.contains("HttpOnly; SameSite=Lax") })
    let cookie = ["Cookie": Stack.cookies(opened)]
    let me = try bed.stack.client.request("GET", "/api/auth/me", headers: cookie)
    #expect((me.json["user"] as? [String: Any])?["id"] as? String == user["id"] as? String)
    let consents = try bed.stack.client.request("GET", "/api/account/consents", headers: cookie)
    #expect((consents.json["consents"] as? [String: Any])?["gemini"] as? Bool == true)

    let again = try bed.stack.client.post("/api/auth/signup", body)
    #expect(again.status == 409 && again.code == "email_taken")
    let login = try bed.login(email.uppercased(), "huit vaches bleues")
    #expect(login.status == 200, "\(login.text)")
    #expect((login.json["user"] as? [String: Any])?["name"] as? String == "Zoé")
    for (address, password) in [(email, "huit vaches rouges"), ("nul@exemple.fr", "x"), ("x", "y")]
    {
      let wrong = try bed.login(address, password)
      #expect(wrong.status == 401 && wrong.code == "invalid_credentials", "\(wrong.text)")
    }
    #expect(bed.stack.logLines("internal fault").isEmpty)
  }

  @Test(arguments: IdentityHome.allCases)
  func whatIsWrongWithASignUpIsNamed(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    for (email, password, name, status, faults) in [
      ("zoe@exemple.fr", "court", "Zoé", 422, ["password too_short"]),
      ("zoe@exemple.fr", "motdepasse123", "Zoé", 422, ["password too_common"]),
      ("zoe@exemple.fr", String(repeating: "é", count: 37), "Zoé", 422, ["password too_long"]),
      ("zoe", "court", "Zoé", 422, ["email invalid_email", "password too_short"]),
      ("zoe@exemple.fr", "huit vaches bleues", "a\u{7}", 422, ["name invalid_name"]),
    ] {
      let answer = try bed.stack.client.post(
        "/api/auth/signup", ["email": email, "password": password, "name": name])
      #expect(answer.status == status && answer.faults == faults, "\(answer.text)")
    }
  }

  @Test(arguments: IdentityHome.allCases)
  func aSessionIsRenewedEndedAndNotForged(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    let family = try bed.stack.signUp()
    #expect(try bed.stack.client.request("GET", "/api/auth/me").status == 401)
    #expect(
      try bed.stack.client.request("GET", "/api/auth/me", headers: bed.bearer(family)).status == 200
    )
    let tampered =
      "phoenix_session="
      + (bed.bearer(family)["Authorization"] ?? "").dropFirst(7)
      .dropLast(3) + "AAA"
    #expect(
      try bed.stack.client.request("GET", "/api/auth/me", headers: ["Cookie": tampered]).status
        == 401)

    let renewed = try bed.refresh(family.cookie)
    #expect(renewed.status == 200, "\(renewed.text)")
    let (old, new) = (HomeStack.tokens(family.cookie), HomeStack.tokens(Stack.cookies(renewed)))
    #expect(new["phoenix_refresh"] != nil && new["phoenix_refresh"] != old["phoenix_refresh"])
    // A parallel tab, within ten seconds.
    #expect(try bed.refresh(family.cookie).status == 200)
    // With no session cookie left, the refresh cookie renews it in passing.
    let passing = try bed.stack.client.request(
      "GET", "/api/auth/me", headers: ["Cookie": "phoenix_refresh=\(new["phoenix_refresh"] ?? "")"])
    #expect(passing.status == 200 && passing.all("set-cookie").count == 2, "\(passing.text)")
    for token in ["", "abcdefghijkl", "a;b", String(repeating: "x", count: 500)] {
      let wrong = try bed.stack.client.post("/api/auth/refresh", ["refresh_token": token])
      #expect([401, 422].contains(wrong.status), "\(token) \(wrong.text)")
    }

    let last = Stack.cookies(passing)
    let out = try bed.stack.client.request(
      "POST", "/api/auth/logout", headers: ["Cookie": last])
    #expect(out.status == 204 && out.all("set-cookie").allSatisfy { $0.contains("Max-Age=0") })
    #expect(try bed.refresh(last).status == 401)
    #expect(
      try bed.stack.client.request("GET", "/api/auth/me", headers: ["Cookie": last]).status == 401)
    #expect(try bed.stack.client.request("POST", "/api/auth/logout").status == 204)
  }

  @Test(arguments: IdentityHome.allCases)
  func aNewPasswordEndsTheOtherSessionsAndKeepsThisOne(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    let family = try bed.stack.signUp()
    let elsewhere = Stack.cookies(try bed.login(family.email, family.password))
    func change(_ current: String, _ new: String) throws -> WireClient.Response {
      try bed.stack.send(
        "POST", "/api/auth/password", ["current": current, "new": new], as: family)
    }
    let wrong = try change("ceci est faux", "huit vaches bleues")
    #expect(wrong.status == 401 && wrong.code == "invalid_credentials", "\(wrong.text)")
    let weak = try change(family.password, "court")
    #expect(weak.status == 422 && weak.faults == ["new too_short"])
    let done = try change(family.password, "huit vaches bleues")
    #expect(done.status == 204 && done.all("set-cookie").isEmpty, "\(done.text)")
    #expect(try bed.refresh(elsewhere).status == 401)
    #expect(try bed.refresh(family.cookie).status == 200)
    #expect(try bed.login(family.email, family.password).status == 401)
    #expect(try bed.login(family.email, "huit vaches bleues").status == 200)
  }

  @Test(arguments: IdentityHome.allCases)
  func rowsAndFilesBelongToTheirFamily(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    let stack = bed.stack
    let (family, other) = (try stack.signUp(), try stack.signUp())
    let answer = try stack.ask(
      "Quel est le montant de l'AAH ?", family, headers: ["Idempotency-Key": "question-1"])
    #expect(answer.status == 200, "\(answer.text)")
    let conversation = try #require(answer.json["conversation_id"] as? String)
    let history = "/api/chat/history?conversation_id=\(conversation)"
    // Several times each, so that statements are prepared where they may be.
    for _ in 0..<4 {
      #expect((try stack.get(history, family).json["messages"] as? [Any])?.count == 2)
      #expect(try stack.get(history, other).status == 404)
    }
    let again = try stack.ask(
      "Quel est le montant de l'AAH ?", family, headers: ["Idempotency-Key": "question-1"])
    #expect(again.header("idempotent-replayed") == "true")

    // Three parts: a transaction of several round trips.
    let bytes = Data("%PDF-1.4\n".utf8) + Data((0..<700_000).map { UInt8($0 % 251) })
    let file = try stack.send(
      "POST", "/api/documents",
      [
        "filename": "lettre.pdf", "content_type": "application/pdf",
        "content_base64": bytes.base64EncodedString(),
      ], as: family)
    #expect(file.status == 201, "\(file.text)")
    let id = try #require(file.json["id"] as? String)
    #expect(try stack.get("/api/documents/\(id)/content", family).body == bytes)
    #expect(try stack.get("/api/documents/\(id)/content", other).status == 404)
    let procedure = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "Demande"], as: family)
    #expect(procedure.status == 201)
    #expect((try stack.get("/api/procedures", other).json["procedures"] as? [Any])?.isEmpty == true)
    #expect(try stack.get("/api/account/export", family).body.count > 700)
    #expect(stack.logLines("internal fault").isEmpty, "\(stack.logLines("internal fault"))")
  }

  @Test(arguments: IdentityHome.allCases)
  func aDeletedAccountLeavesOneLine(_ home: IdentityHome) throws {
    let bed = try HomeStack(home)
    let (family, witness) = (try bed.stack.signUp(), try bed.stack.signUp())
    for one in [family, witness] {
      _ = try bed.stack.ask("Quel est le montant de l'AAH ?", one)
      _ = try bed.stack.send("POST", "/api/procedures", ["type": "a", "title": "b"], as: one)
    }
    let gone = try bed.stack.send("DELETE", "/api/account", as: family)
    #expect(gone.status == 204, "\(gone.text)")
    #expect(try bed.stack.get("/api/procedures", family).status == 401)
    #expect(try bed.refresh(family.cookie).status == 401)
    #expect(try bed.login(family.email, family.password).status == 401)
    for table in ["auth.users.id", "users.id", "messages.user_id", "procedures.user_id"] {
      let split = try #require(table.lastIndex(of: "."))
      let (name, column) = (table[..<split], table[table.index(after: split)...])
      func count(_ id: String) throws -> Int? {
        Int(try bed.sql("select count(*) from \(name) where \(column) = '\(id)'"))
      }
      #expect(try count(family.id) == 0, "\(table)")
      #expect((try count(witness.id) ?? 0) > 0, "\(table)")
    }
    let lines = try bed.sql(
      "select count(*) from account_deletions where user_id = '\(family.id)'")
    #expect(lines == "1")
    #expect(try bed.stack.get("/api/procedures", witness).status == 200)
  }
}
