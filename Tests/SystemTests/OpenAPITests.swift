import Cryptography
import Foundation
import Testing

/// `/openapi.json` as its readers meet it, and tables made from it, so that a new route cannot be
/// forgotten.
@Suite(.serialized) struct OpenAPITests {
  /// An operation of the document.
  struct Operation: CustomStringConvertible {
    let method: String
    let path: String
    let json: [String: Any]
    var description: String { "\(method) \(path)" }
    var isProtected: Bool {
      let schemes = json["security"] as? [[String: Any]] ?? []
      return !schemes.isEmpty && !schemes.contains { $0.isEmpty }
    }
    var isUnsafe: Bool { method != "GET" }

    /// A parameter of the path whose values are ids of rows.
    var namesARow: Bool {
      (json["parameters"] as? [[String: Any]] ?? []).contains {
        $0["in"] as? String == "path"
          && ($0["schema"] as? [String: Any])?["format"] as? String == "uuid"
      }
    }
  }

  private static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
  private static let site = "http://127.0.0.1:3000"

  private func stack() throws -> Stack {
    try Stack(
      workers: 1,
      gateway: [
        "PHOENIX_SECRET_KEY": Data(Self.secret).base64EncodedString(),
        "PHOENIX_PUBLIC_URL": Self.site,
      ])
  }

  private func document(_ stack: Stack) throws -> [String: Any] {
    let answer = try stack.get("/openapi.json")
    #expect(answer.status == 200 && answer.header("content-type") == "application/json")
    return answer.json
  }

  private func operations(_ document: [String: Any]) throws -> [Operation] {
    try #require(document["paths"] as? [String: [String: [String: Any]]])
      .flatMap { path, methods in
        methods.map { Operation(method: $0.uppercased(), path: path, json: $1) }
      }
      .sorted { $0.description < $1.description }
  }

  /// Every object below a JSON value.
  private func objects(_ value: Any) -> [[String: Any]] {
    if let object = value as? [String: Any] { return [object] + object.values.flatMap(objects) }
    return (value as? [Any] ?? []).flatMap(objects)
  }

  @Test func theDocumentIsWhole() throws {
    let stack = try stack()
    let document = try document(stack)
    #expect(document["openapi"] as? String == "3.1.0")
    let components = try #require(document["components"] as? [String: [String: Any]])
    for object in objects(document) {
      guard let reference = object["$ref"] as? String else { continue }
      let parts = reference.split(separator: "/").map(String.init)
      #expect(parts.count == 4 && components[parts[2]]?[parts[3]] != nil, "\(reference)")
    }
    let operations = try operations(document)
    let ids = operations.compactMap { $0.json["operationId"] as? String }
    #expect(Set(ids).count == operations.count && operations.count > 30)
    for operation in operations {
      #expect((operation.json["summary"] as? String)?.isEmpty == false, "\(operation)")
      let responses = try #require(operation.json["responses"] as? [String: [String: Any]])
      #expect(responses.keys.contains { $0 < "400" || $0 == "503" }, "\(operation)")
      #expect(!operation.isProtected || responses["401"] != nil, "\(operation)")
      let named = Set(operation.path.matches(of: /\{(\w+)\}/).map { String($0.1) })
      let declared = (operation.json["parameters"] as? [[String: Any]] ?? [])
        .filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String }
      #expect(named == Set(declared), "\(operation)")
    }
    // Bodies have examples, of their own or of what they are made of.
    for (name, schema) in try #require(components["schemas"]) {
      let schema = try #require(schema as? [String: Any])
      let hasExample = objects(schema).contains { $0["examples"] != nil || $0["$ref"] != nil }
      #expect(hasExample || schema["properties"] == nil, "\(name)")
    }
    let tag = try #require(try stack.get("/openapi.json").header("etag"))
    let again = try stack.client.request("GET", "/openapi.json", headers: ["If-None-Match": tag])
    #expect(again.status == 304 && again.body.isEmpty)
  }

  @Test func everyProblemOfTheDocumentIsInTheListOfErrors() throws {
    let document = try document(try stack())
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let list = try String(
      contentsOf: root.appendingPathComponent("docs/errors.md"), encoding: .utf8)
    let problems = objects(document).compactMap { $0["code"] as? String }.filter {
      $0.wholeMatch(of: /[a-z_]+/) != nil
    }
    #expect(Set(problems).count > 20)
    for code in Set(problems) { #expect(list.contains("`\(code)`"), "\(code)") }
  }

  /// The methods that a path answers are those of the document, no more and no fewer.
  @Test func everyPathHasTheMethodsThatTheDocumentSays() throws {
    let stack = try stack()
    let byPath = Dictionary(grouping: try operations(try document(stack)), by: \.path)
    for (path, operations) in byPath {
      let target = path.replacing(/\{\w+\}/, with: UUID().uuidString.lowercased())
      let refused = try stack.client.request("PURGE", target)
      #expect(refused.status == 405, "\(path): \(refused.status)")
      let allowed = Set((refused.header("allow") ?? "").components(separatedBy: ", "))
      #expect(
        allowed.subtracting(["HEAD", "OPTIONS"]) == Set(operations.map(\.method)), "\(path)")
    }
  }

  /// A request of an operation that would succeed but for who sends it.
  private func send(
    _ operation: Operation, id: String = UUID().uuidString.lowercased(),
    headers: [String: String], document: [String: Any], to stack: Stack
  ) throws -> WireClient.Response {
    let target = operation.path.replacing(/\{\w+\}/, with: id)
    guard let body = operation.json["requestBody"] as? [String: Any],
      let content = body["content"] as? [String: [String: Any]],
      let schema = content["application/json"]?["schema"] as? [String: Any],
      let name = (schema["$ref"] as? String)?.split(separator: "/").last.map(String.init),
      let components = document["components"] as? [String: [String: Any]],
      let example = ((components["schemas"]?[name] as? [String: Any])?["examples"] as? [Any])?.first
    else { return try stack.client.request(operation.method, target, headers: headers) }
    return try stack.send(operation.method, target, example, headers: headers)
  }

  private func token(
    for family: Stack.Family, expiresIn seconds: Int64, secret: [UInt8] = secret
  ) throws -> String {
    let now = Int64(Date().timeIntervalSince1970)
    return try JWTSigner(
      secret: HMACSHA256.authenticate(Array("session-jwt".utf8), key: secret)
    ).sign(
      JWTClaims(
        issuer: Self.site, audience: ["authenticated"], subject: family.id,
        expiresAt: now + seconds, issuedAt: now - 7200, role: "authenticated",
        sessionID: UUID().uuidString.lowercased(), email: family.email))
  }

  @Test func nobodyElseGetsIn() throws {
    let stack = try stack()
    let document = try document(stack)
    let family = try stack.signUp()
    let good = try token(for: family, expiresIn: 600)
    let parts = good.split(separator: ".").map(String.init)
    // The check would prove nothing if these tokens were refused for another reason.
    let me = try stack.client.request(
      "GET", "/api/auth/me", headers: ["Authorization": "Bearer \(good)"])
    try #require(me.status == 200, "\(me.text)")
    let unsigned = Data(#"{"alg":"none","typ":"JWT"}"#.utf8).base64EncodedString()
      .replacing("=", with: "")
    let refused = [
      "anonymous": [:],
      "expired": ["Authorization": "Bearer \(try token(for: family, expiresIn: -3600))"],
      "another key": [
        "Authorization":
          "Bearer \(try token(for: family, expiresIn: 600, secret: Array(Self.secret.reversed())))"
      ],
      "no signature": ["Authorization": "Bearer \(unsigned).\(parts[1])."],
      "forged claims": [
        "Authorization": "Bearer \(parts[0]).\(parts[1].dropLast(2))AA.\(parts[2])"
      ],
      "forged cookie": ["Cookie": "phoenix_session=\(parts[0]).\(parts[1]).\(parts[2].reversed())"],
      "nonsense": ["Authorization": "Basic Zm9vOmJhcg=="],
    ]
    let protected = try operations(document).filter(\.isProtected)
    #expect(protected.count >= 18)
    for operation in protected {
      for (who, headers) in refused {
        let answer = try send(operation, headers: headers, document: document, to: stack)
        #expect(answer.status == 401, "\(operation) by \(who): \(answer.status)")
        #expect(answer.code == "unauthenticated", "\(operation) by \(who)")
        #expect(answer.header("www-authenticate") == "Bearer", "\(operation) by \(who)")
      }
    }
  }

  @Test func anotherSiteGetsNothing() throws {
    let stack = try stack()
    let document = try document(stack)
    let family = try stack.signUp()
    for operation in try operations(document) {
      for (name, value) in [
        ("Origin", "https://ailleurs.example"), ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "null"),
      ] {
        // A live stream has no end.
        let asked =
          operation.path == "/api/realtime"
          ? Operation(method: "HEAD", path: operation.path, json: operation.json) : operation
        let answer = try send(
          asked, headers: ["Cookie": family.cookie, name: value], document: document, to: stack)
        #expect(answer.header("access-control-allow-origin") == nil, "\(operation)")
        if operation.isUnsafe {
          #expect(answer.status == 403, "\(operation) with \(name) \(value): \(answer.status)")
        }
      }
    }
    // Nothing of it was done.
    #expect(try stack.get("/api/auth/me", family).status == 200)
    #expect(
      (try stack.get("/api/procedures", family).json["procedures"] as? [Any])?.isEmpty == true)
  }

  /// Ids of another family's rows, of every kind, answer as an id that nobody has.
  @Test func anothersRowsAreAsIfTheyWereNot() throws {
    let stack = try stack()
    let document = try document(stack)
    let owner = try stack.signUp()
    let other = try stack.signUp()
    let made = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "AAH"], as: owner)
    let answer = try stack.ask("Quel est le montant de l'AAH ?", owner)
    try Stack.sql(
      """
      insert into user_memories (id, user_id, fact) values (gen_random_uuid(), '\(owner.id)', 'x');
      insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
      values (gen_random_uuid(), '\(owner.id)', 'a.pdf', 'application/pdf', 3, sha256('x'::bytea))
      """)
    let ids =
      try Stack.sql(
        """
        select id from user_memories where user_id = '\(owner.id)' union all
        select id from documents where user_id = '\(owner.id)' union all
        select id from messages where user_id = '\(owner.id)'
        """
      ).split(separator: "\n").map(String.init)
      + [
        try #require(made.json["id"] as? String),
        try #require(answer.json["conversation_id"] as? String),
      ]
    #expect(ids.count == 6)
    let operations = try operations(document).filter { $0.isProtected && $0.namesARow }
    #expect(operations.count >= 4)
    for operation in operations {
      let unknown = try send(
        operation, headers: ["Cookie": other.cookie], document: document, to: stack)
      for id in ids {
        let answer = try send(
          operation, id: id, headers: ["Cookie": other.cookie], document: document, to: stack)
        #expect(answer.status == 404, "\(operation) on another's row: \(answer.status)")
        #expect(
          answer.json.filter { $0.key != "request_id" } as NSDictionary
            == unknown.json.filter { $0.key != "request_id" } as NSDictionary, "\(operation)")
      }
    }
    let conversation = ids[5]
    for (method, path) in [
      ("GET", "/api/chat/history?conversation_id=\(conversation)"),
      ("DELETE", "/api/chat/reset?conversation_id=\(conversation)"),
    ] {
      #expect(try stack.send(method, path, as: other).status == 404, "\(method) \(path)")
    }
    #expect(try stack.ask("Et ?", other, conversation: conversation).status == 404)
    #expect((try stack.get("/api/chat/history", owner).json["messages"] as? [Any])?.count == 2)
  }
}
