import Foundation
import Testing

/// What every answer bears and what every form asks for, over every operation of `/openapi.json`,
/// so that a new route cannot be forgotten.
@Suite(.serialized) struct SecurityTests {
  /// As helmet sends them, with the contract's changes.
  private static let everywhere = [
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1", "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff", "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen", "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none", "X-XSS-Protection": "0",
  ]
  private static let interfacePolicy =
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';"
    + "frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';"
    + "script-src-attr 'none';style-src 'self' https: 'unsafe-inline'"

  private func operations(_ stack: Stack) throws -> [(method: String, path: String)] {
    try #require(
      stack.get("/openapi.json").json["paths"] as? [String: [String: Any]]
    ).flatMap { path, methods in methods.keys.map { (method: $0.uppercased(), path: path) } }
      .sorted { "\($0.path) \($0.method)" < "\($1.path) \($1.method)" }
  }

  private func check(_ answer: WireClient.Response, isHTTPS: Bool, _ what: String) {
    for (name, value) in Self.everywhere {
      #expect(answer.all(name) == [value], "\(what): \(name)")
    }
    #expect(
      answer.all("Strict-Transport-Security")
        == (isHTTPS ? ["max-age=31536000; includeSubDomains"] : []), "\(what)")
    let policies = answer.all("Content-Security-Policy")
    if answer.header("content-type")?.hasPrefix("text/html") == true {
      // Nothing but our own style sheet, pictures and forms; above all no script.
      let sources = policy(policies.first ?? "")
      #expect(policies.count == 1 && sources["default-src"] == "'none'", "\(what): \(policies)")
      #expect(sources["base-uri"] == "'none'" && sources["frame-ancestors"] == "'none'", "\(what)")
      #expect(sources["form-action"] == "'self'" && sources["style-src"] == "'self'", "\(what)")
      #expect(sources.keys.contains("upgrade-insecure-requests") == isHTTPS, "\(what)")
      #expect(!policies[0].contains("unsafe-") && !policies[0].contains("*"), "\(what)")
    } else {
      let upgrade = isHTTPS ? ";upgrade-insecure-requests" : ""
      #expect(policies == [Self.interfacePolicy + upgrade], "\(what)")
    }
    for name in ["Server", "X-Powered-By", "Access-Control-Allow-Origin"] {
      #expect(answer.header(name) == nil, "\(what): \(name)")
    }
    for name in ["X-Request-Id", "Cache-Control"] {
      #expect(answer.header(name) != nil, "\(what): \(name)")
    }
  }

  /// The directives of a policy and their sources.
  private func policy(_ text: String) -> [String: String] {
    var sources: [String: String] = [:]
    for directive in text.split(separator: ";") {
      let words = directive.split(separator: " ")
      sources[String(words.first ?? "")] = words.dropFirst().joined(separator: " ")
    }
    return sources
  }

  @Test(arguments: [false, true]) func everyAnswerBearsTheHeaders(isHTTPS: Bool) throws {
    let stack = try Stack(
      workers: 1, gateway: isHTTPS ? ["PHOENIX_PUBLIC_URL": "https://phoenix.exemple.fr"] : [:])
    let family = try stack.signUp()
    let operations = try operations(stack)
    #expect(operations.count > 35)
    var statuses: Set<Int> = []
    for (method, path) in operations {
      let target = path.replacing(/\{\w+\}/, with: UUID().uuidString.lowercased())
      // A live stream has no end.
      let sent = path == "/api/realtime" ? "HEAD" : method
      for cookie in ["", family.cookie] {
        let answer = try stack.client.request(
          sent, target, headers: cookie.isEmpty ? [:] : ["Cookie": cookie])
        statuses.insert(answer.status)
        check(answer, isHTTPS: isHTTPS, "\(method) \(path) \(answer.status)")
      }
      check(try stack.client.request("PURGE", target), isHTTPS: isHTTPS, "PURGE \(path)")
    }
    for raw in [
      "NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
    ] {
      let client = stack.client
      try client.send(raw)
      let answer = try client.read()
      statuses.insert(answer.status)
      check(answer, isHTTPS: isHTTPS, raw)
    }
    #expect(statuses.isSuperset(of: [200, 303, 400, 401, 404, 413, 415]), "\(statuses)")
  }

  @Test func cookiesAreOfTheHostAloneWhereBrowsersComeByHTTPS() throws {
    let stack = try Stack(
      workers: 1, gateway: ["PHOENIX_PUBLIC_URL": "https://phoenix.exemple.fr"])
    let page = try stack.get("/login")
    let login = try stack.client.post(
      "/api/auth/signup",
      ["email": "\(UUID().uuidString.lowercased())@exemple.fr", "password": "huit vaches bleues"])
    let cookies = page.all("set-cookie") + login.all("set-cookie")
    #expect(login.status == 201 && cookies.count == 3)
    for cookie in cookies {
      #expect(cookie.hasPrefix("__Host-"), "\(cookie)")
      let attributes = cookie.split(separator: ";").dropFirst().map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        #expect(attributes.contains(wanted), "\(cookie)")
      }
      #expect(!attributes.contains { $0.hasPrefix("Domain") }, "\(cookie)")
    }
    let sent = Stack.cookies(login)
    let known = try stack.client.request("GET", "/api/auth/me", headers: ["Cookie": sent])
    #expect(known.status == 200)
    // The form's cookie is read under the name that it was given: the password is what is wrong.
    let start = try #require(page.text.range(of: "name=\"_csrf\" value=\""))
    let token = page.text[start.upperBound...].prefix { $0 != "\"" }
    let form = "email=a%40exemple.fr&password=huit+vaches+bleues&_csrf=\(token)"
    for (cookie, status) in [
      (Stack.cookies(page), 401), (Stack.cookies(page).replacing("__Host-", with: ""), 403),
    ] {
      let answer = try stack.client.request(
        "POST", "/login",
        headers: ["Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"],
        body: Data(form.utf8))
      #expect(answer.status == status, "\(cookie)")
    }
    // A neighbour on another name of the site can set a cookie without the prefix: it is not read.
    let without = sent.replacing("__Host-", with: "")
    let refused = try stack.client.request("GET", "/api/auth/me", headers: ["Cookie": without])
    #expect(refused.status == 401)
    // A header that anybody can send changes nothing.
    let plain = try Stack(workers: 1)
    let answer = try plain.client.post(
      "/api/auth/signup",
      ["email": "\(UUID().uuidString.lowercased())@exemple.fr", "password": "huit vaches bleues"],
      headers: ["X-Forwarded-Proto": "https", "Forwarded": "proto=https"])
    #expect(answer.status == 201)
    for cookie in answer.all("set-cookie") {
      #expect(!cookie.contains("Secure") && !cookie.contains("__Host"))
    }
  }

  /// Every form of a page asks for its token before anything else, with a session and without.
  @Test func noFormIsTakenWithoutItsToken() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let forms = try operations(stack).filter {
      $0.method != "GET" && !$0.path.hasPrefix("/api/")
    }
    #expect(forms.count >= 4)
    for (method, path) in forms {
      for cookie in ["", family.cookie] {
        var headers = [
          "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
        ]
        if !cookie.isEmpty { headers["Cookie"] = cookie }
        let body = "email=a%40exemple.fr&password=huit+vaches+bleues&message=Bonjour"
        for token in ["", "&_csrf=", "&_csrf=99999999999.x.00"] {
          let answer = try stack.client.request(
            method, path, headers: headers, body: Data((body + token).utf8))
          #expect(answer.status == 403, "\(method) \(path)\(token): \(answer.status)")
          #expect(answer.all("set-cookie").allSatisfy { !$0.contains("session") }, "\(path)")
        }
      }
    }
    #expect(try stack.get("/api/auth/me", family).status == 200)
    let asked = try stack.get("/api/chat/conversations", family).json["conversations"] as? [Any]
    #expect(asked?.isEmpty == true)
  }
}
