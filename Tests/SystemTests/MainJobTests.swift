import Foundation
import Testing

/// The main job, as a family and an operator meet it.
@Suite(.serialized) struct MainJobTests {
  @Test func answersTheAmountWithDateAndSourceAndCachesItForTheNextFamily() throws {
    let stack = try Stack()
    let question = "Quel est le montant de l'AAH ?"
    let first = try stack.signUp()
    let answer = try stack.ask(question, first)
    #expect(answer.status == 200, "\(answer.text)")
    let message = try #require(answer.json["message"] as? [String: Any])
    let content = try #require(message["content"] as? String)
    #expect(
      content.replacing("\u{202F}", with: " ").replacing("\u{A0}", with: " ").contains("1 041,59"))
    #expect(content.contains("1er avril 2026"))
    let sources = try #require(message["sources"] as? [[String: Any]])
    #expect(sources.first?["slug"] as? String == "aah-allocation-adultes-handicapes")
    #expect(answer.json["cached"] as? Bool == false)
    #expect(answer.json["model"] as? String == "extractive")
    #expect(answer.header("x-cache") == "miss")

    let second = try stack.signUp()
    let again = try stack.ask("quel est le montant de l’AAH", second)
    #expect(again.json["cached"] as? Bool == true, "\(again.text)")
    #expect(again.header("x-cache") == "hit")
    #expect((again.json["message"] as? [String: Any])?["content"] as? String == content)

    let history = try stack.get("/api/chat/history", first)
    let rows = try #require(history.json["messages"] as? [[String: Any]])
    #expect(rows.map { $0["role"] as? String } == ["user", "assistant"])
    #expect(rows[0]["content"] as? String == question)
    #expect(rows[1]["content"] as? String == content)
  }

  @Test func keepsUsersApartOnEveryRoute() throws {
    let stack = try Stack(workers: 1)
    let mine = try stack.signUp()
    let other = try stack.signUp()
    let canary = "canari \(UUID().uuidString)"
    let asked = try stack.ask(canary, mine)
    #expect(asked.status == 200, "\(asked.text)")
    let conversation = try #require(asked.json["conversation_id"] as? String)
    let message = try #require((asked.json["message"] as? [String: Any])?["id"] as? String)
    let unknown = UUID().uuidString.lowercased()

    for path in [
      "/api/chat/history", "/api/chat/conversations", "/api/auth/me",
      "/api/chat/history?before=\(message)", "/api/chat/conversations?before=\(conversation)",
    ] {
      let seen = try stack.get(path, other)
      #expect(seen.status == 200)
      #expect(!seen.text.contains(canary) && !seen.text.contains(conversation), "\(path)")
      #expect(!seen.text.contains(mine.id), "\(path)")
    }
    func comparable(_ response: WireClient.Response) -> String {
      var json = response.json
      json["request_id"] = nil
      return "\(response.status) \(json.sorted { $0.key < $1.key })"
    }
    let cookie = ["Cookie": other.cookie]
    for (method, path) in [
      ("GET", "/api/chat/history?conversation_id="), ("DELETE", "/api/chat/reset?conversation_id="),
    ] {
      let foreign = try stack.client.request(method, path + conversation, headers: cookie)
      let none = try stack.client.request(method, path + unknown, headers: cookie)
      #expect(foreign.status == 404)
      #expect(comparable(foreign) == comparable(none))
    }
    #expect(try stack.ask("et ensuite ?", other, conversation: conversation).status == 404)
    let all = try stack.client.request("DELETE", "/api/chat/reset?all=true", headers: cookie)
    #expect(all.json["deleted_messages"] as? Int == 0)
    #expect(try stack.get("/api/chat/history", mine).text.contains(canary))
  }

  @Test func streamsAnAnswerAndSavesItBeforeDone() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let response = try stack.ask(
      "Comment contester une décision de la MDPH ?", family,
      headers: ["Accept": "text/event-stream"])
    #expect(response.status == 200)
    #expect(response.header("content-type")?.hasPrefix("text/event-stream") == true)
    let events = response.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map {
      event -> (String, [String: Any]) in
      let lines = event.components(separatedBy: "\n")
      let data = lines.last.map { String($0.dropFirst(6)) } ?? ""
      let json = (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any]
      return (String(lines[0].dropFirst(7)), json ?? [:])
    }
    #expect(events.first?.0 == "start")
    #expect(events.last?.0 == "done")
    #expect(events.filter { $0.0 == "done" || $0.0 == "error" }.count == 1)
    let done = try #require(events.last?.1)
    let text = events.filter { $0.0 == "delta" }.compactMap { $0.1["text"] as? String }.joined()
    let message = try #require(done["message"] as? [String: Any])
    #expect(message["content"] as? String == text)
    let history = try stack.get("/api/chat/history", family)
    let last = (history.json["messages"] as? [[String: Any]])?.last
    #expect(last?["id"] as? String == message["id"] as? String)
  }

  /// A stream that is left at `done` would count as cancelled and cost its connection.
  @Test func streamsAreReadToTheirEnd() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    for number in 0..<20 {
      let answer = try stack.ask(
        "Qui peut avoir la RQTH ? \(number % 3)", family, headers: ["Accept": "text/event-stream"])
      #expect(answer.status == 200)
    }
    let metrics = try stack.admin.request("GET", "/metrics").text
    func outcome(_ name: String) -> Double {
      metrics.split(separator: "\n").filter {
        $0.hasPrefix("phoenix_ai_requests_total{") && $0.contains("outcome=\"\(name)\"")
      }.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
    }
    #expect(outcome("ok") == 20 && outcome("cancelled") == 0)
    // One for questions, one for probes.
    #expect(try stack.metric("phoenix_upstream_connections_opened_total") <= 2)
  }

  @Test func pagesHistoryAndResetsIt() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let first = try stack.ask("Qui peut avoir la RQTH ?", family)
    let conversation = try #require(first.json["conversation_id"] as? String)
    _ = try stack.ask("Et combien de temps dure-t-elle ?", family, conversation: conversation)
    let page = try stack.get("/api/chat/history?limit=3", family)
    let newest = try #require(page.json["messages"] as? [[String: Any]])
    #expect(newest.count == 3)
    let before = try #require(page.json["next_before"] as? String)
    let rest = try stack.get("/api/chat/history?limit=3&before=\(before)", family)
    let oldest = try #require(rest.json["messages"] as? [[String: Any]])
    #expect(oldest.count == 1)
    #expect(oldest[0]["content"] as? String == "Qui peut avoir la RQTH ?")
    #expect(rest.json["next_before"] is NSNull)
    let list = try stack.get("/api/chat/conversations", family)
    #expect((list.json["conversations"] as? [[String: Any]])?.first?["messages"] as? Int == 4)
    let reset = try stack.client.request(
      "DELETE", "/api/chat/reset", headers: ["Cookie": family.cookie])
    #expect(reset.json["deleted_messages"] as? Int == 4)
    let empty = try stack.get("/api/chat/history", family)
    #expect(empty.json["conversation_id"] is NSNull)
  }

  @Test func signsInRefreshesAndRefusesAfterLogout() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let again = try stack.client.post(
      "/api/auth/signup", ["email": family.email.uppercased(), "password": family.password])
    #expect(again.status == 409)
    let wrong = try stack.client.post(
      "/api/auth/login", ["email": family.email, "password": "pas le bon mot"])
    let nobody = try stack.client.post(
      "/api/auth/login", ["email": "personne-\(UUID())@exemple.fr", "password": "pas le bon mot"])
    #expect(wrong.status == 401 && nobody.status == 401)
    #expect(wrong.json["code"] as? String == nobody.json["code"] as? String)
    let login = try stack.client.post(
      "/api/auth/login", ["email": family.email, "password": family.password])
    #expect(login.status == 200)
    for cookie in login.all("set-cookie") {
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
      #expect(cookie.contains("Path=/") && !cookie.contains("Secure"))
    }
    let cookies = Stack.cookies(login)
    let refreshed = try stack.client.request(
      "POST", "/api/auth/refresh", headers: ["Cookie": cookies], body: Data())
    #expect(refreshed.status == 200, "\(refreshed.text)")
    let fresh = Stack.cookies(refreshed)
    #expect(
      try stack.client.request("GET", "/api/auth/me", headers: ["Cookie": fresh]).status == 200)
    let out = try stack.client.request(
      "POST", "/api/auth/logout", headers: ["Cookie": fresh], body: Data())
    #expect(out.status == 204)
    let session = fresh.components(separatedBy: "; ")[0]
    try stack.wait("the session is refused", seconds: 1) {
      (try? stack.client.request("GET", "/api/auth/me", headers: ["Cookie": session]))?.status
        == 401
    }
    #expect(
      try stack.client.request("POST", "/api/auth/logout", headers: [:], body: Data()).status == 204
    )
  }

  @Test func renewsAnExpiredSessionInPassing() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let refresh = try #require(
      family.cookie.components(separatedBy: "; ").first { $0.hasPrefix("phoenix_refresh=") })
    let response = try stack.client.request("GET", "/api/auth/me", headers: ["Cookie": refresh])
    #expect(response.status == 200, "\(response.text)")
    #expect(response.all("set-cookie").contains { $0.hasPrefix("phoenix_session=") })
  }

  @Test func bearsTheHeadersOfEveryResponse() throws {
    let stack = try Stack(
      workers: 1, gateway: ["PHOENIX_ALLOWED_ORIGINS": "https://app.exemple.fr"])
    let response = try stack.client.request(
      "GET", "/api/auth/me",
      headers: [
        "X-Request-Id": "abc-123", "Origin": "https://app.exemple.fr",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      ])
    #expect(response.status == 401)
    #expect(response.header("content-type") == "application/problem+json")
    #expect(response.header("x-request-id") == "abc-123")
    #expect(response.header("traceparent")?.contains("4bf92f3577b34da6a3ce929d0e0e4736") == true)
    #expect(response.header("access-control-allow-origin") == "https://app.exemple.fr")
    #expect(response.header("vary")?.contains("Origin") == true)
    #expect(response.header("x-content-type-options") == "nosniff")
    #expect(response.header("referrer-policy") == "same-origin")
    #expect(response.header("strict-transport-security") == nil)
    for stage in ["auth", "db", "queue", "ai", "render", "total"] {
      #expect(response.header("server-timing")?.contains("\(stage);dur=") == true)
    }
    let preflight = try stack.client.request(
      "OPTIONS", "/api/chat/message",
      headers: [
        "Origin": "https://app.exemple.fr", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
      ])
    #expect(preflight.status == 204)
    #expect(preflight.header("access-control-allow-methods")?.contains("POST") == true)
    let foreign = try stack.client.post(
      "/api/auth/login", ["email": "a@b.fr", "password": "x"],
      headers: ["Origin": "https://ailleurs.example"])
    #expect(foreign.status == 403)
    let site = try stack.client.post(
      "/api/auth/login", ["email": "a@b.fr", "password": "x"],
      headers: ["Sec-Fetch-Site": "cross-site"])
    #expect(site.status == 403)
  }
}
