import Foundation
import Testing

/// Bad input of every kind: each a 4xx problem and a log line, and the process lives on.
@Suite(.serialized) struct HostileInputTests {
  /// What a refused request must look like.
  private func expectProblem(
    _ response: WireClient.Response, _ status: Int, _ code: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(response.status == status, "\(response.text)", sourceLocation: location)
    #expect(
      response.header("content-type") == "application/problem+json", sourceLocation: location)
    #expect(response.json["status"] as? Int == status, sourceLocation: location)
    #expect(response.json["request_id"] is String, sourceLocation: location)
    if let code {
      #expect(response.json["code"] as? String == code, sourceLocation: location)
    }
  }

  @Test func refusesBadBodiesWithClearProblems() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    func post(_ body: [UInt8], type: String = "application/json") throws -> WireClient.Response {
      try stack.client.request(
        "POST", "/api/chat/message", headers: ["Content-Type": type, "Cookie": family.cookie],
        body: Data(body))
    }
    expectProblem(try post(Array(#"{"message":"#.utf8)), 400, "malformed_json")
    expectProblem(try post(Array("[1]".utf8)), 422, "validation_failed")
    expectProblem(try post(Array(#"{"message":12}"#.utf8)), 422, "validation_failed")
    expectProblem(try post(Array(#"{"message":""}"#.utf8)), 422, "validation_failed")
    expectProblem(try post(Array(#"{"message":"a","autre":1}"#.utf8)), 422, "validation_failed")
    expectProblem(try post(Array(#"{"message":"a\u0000b"}"#.utf8)), 422, "validation_failed")
    expectProblem(try post(Array(#"{"message":"a","conversation_id":"x"}"#.utf8)), 422)
    expectProblem(try post([0x22, 0xC3, 0x28, 0x22]), 400, "malformed_json")
    expectProblem(
      try post(Array(#"{"message":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)), 400)
    expectProblem(try post(Array(String(repeating: "[", count: 5000).utf8)), 400)
    expectProblem(try post(Array("message=a".utf8), type: "text/plain"), 415)
    let long = String(repeating: "é", count: 4001)
    expectProblem(try post(Array(#"{"message":"\#(long)"}"#.utf8)), 422)
    let fields = try post(Array(#"{"autre":1,"message":false}"#.utf8)).json["errors"]
    #expect((fields as? [[String: Any]])?.count == 2)
    expectProblem(try stack.get("/api/chat/history?limit=0", family), 422)
    expectProblem(try stack.get("/api/chat/history?before=%00", family), 422)
    expectProblem(try stack.get("/nulle-part"), 404, "not_found")
    let method = try stack.client.request("PUT", "/api/chat/message", body: Data())
    expectProblem(method, 405, "method_not_allowed")
    #expect(method.header("allow") == "OPTIONS, POST")
    #expect(stack.gateway.isRunning)
    try stack.wait("each refusal has its log line", seconds: 5) {
      stack.logLines("\"status\":422").count >= 9 && stack.logLines("\"status\":400").count >= 4
    }
  }

  @Test func refusesTenMegabytesBeforeReadingThem() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let declared = stack.client
    try declared.send(
      "POST /api/chat/message HTTP/1.1\r\nHost: a\r\nCookie: \(family.cookie)\r\n"
        + "Content-Type: application/json\r\nContent-Length: 10485760\r\n\r\n")
    expectProblem(try declared.read(), 413, "body_too_large")

    let chunked = stack.client
    try chunked.send(
      "POST /api/chat/message HTTP/1.1\r\nHost: a\r\nCookie: \(family.cookie)\r\n"
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    let chunk = Data("10000\r\n".utf8) + Data(repeating: 0x20, count: 65536) + Data("\r\n".utf8)
    for _ in 0..<3 { try? chunked.send(chunk) }
    expectProblem(try chunked.read(), 413, "body_too_large")
    #expect(stack.gateway.isRunning)
  }

  @Test func refusesMalformedHeadsAndHeaderBombs() throws {
    let stack = try Stack(workers: 1)
    for head in [
      "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
      let client = stack.client
      try client.send(head)
      expectProblem(try client.read(), 400, "malformed_request")
    }
    let many = stack.client
    try many.send(
      "GET /healthz HTTP/1.1\r\nHost: a\r\n"
        + (0..<5000).map { "X-\($0): y\r\n" }.joined() + "\r\n")
    expectProblem(try many.read(), 431, "headers_too_large")
    let long = stack.client
    try long.send(
      "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 100_000))
    expectProblem(try long.read(), 431, "headers_too_large")
    let target = stack.client
    try target.send(
      "GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
    expectProblem(try target.read(), 414, "uri_too_long")
    #expect(stack.gateway.isRunning)
    try stack.wait("each has its log line", seconds: 5) {
      stack.logLines("\"status\":431").count == 2 && stack.logLines("\"status\":414").count == 1
    }
  }

  @Test func endsSlowHeadsAndSlowBodies() async throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let head = WireClient(port: stack.port, timeout: 30)
    try head.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    let body = WireClient(port: stack.port, timeout: 30)
    try body.send(
      "POST /api/chat/message HTTP/1.1\r\nHost: a\r\nCookie: \(family.cookie)\r\n"
        + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    let started = ContinuousClock.now
    expectProblem(try head.read(), 408, "request_timeout")
    #expect(ContinuousClock.now - started < .seconds(14))
    expectProblem(try body.read(), 408, "request_timeout")
    #expect(ContinuousClock.now - started < .seconds(22))
  }

  @Test func refusesForgedTokens() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let token = try #require(
      family.cookie.components(separatedBy: "; ").first { $0.hasPrefix("phoenix_session=") }
    ).replacing("phoenix_session=", with: "")
    let parts = token.components(separatedBy: ".")
    func base64url(_ text: String) -> String {
      Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        .replacing("=", with: "")
    }
    let none = base64url(#"{"alg":"none","typ":"JWT"}"#)
    let rs256 = base64url(#"{"alg":"RS256","typ":"JWT"}"#)
    let foreign = base64url(#"{"sub":"\#(family.id)","role":"service_role","exp":9999999999}"#)
    for bad in [
      "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(rs256).\(parts[1]).\(parts[2])",
      "\(parts[0]).\(foreign).\(parts[2])", "\(parts[0]).\(parts[1]).", "a.b.c", "", ".", "..",
      parts[0], token + "x", String(repeating: "a", count: 20_000),
    ] {
      let response = try stack.client.request(
        "GET", "/api/auth/me", headers: ["Authorization": "Bearer \(bad)"])
      expectProblem(response, 401, "unauthenticated")
    }
    let good = try stack.client.request(
      "GET", "/api/auth/me", headers: ["Authorization": "Bearer \(token)"])
    #expect(good.status == 200)
  }

  @Test func answersPipelinedRequestsInOrder() throws {
    let stack = try Stack(workers: 1)
    let client = stack.client
    try client.send(
      String(repeating: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", count: 50)
        + "GET /nulle-part HTTP/1.1\r\nHost: a\r\n\r\n")
    for _ in 0..<50 { #expect(try client.read().status == 200) }
    #expect(try client.read().status == 404)
  }

  @Test func limitsRequestsOfAUserAndOfAnAddress() throws {
    let stack = try Stack(workers: 1, gateway: ["PHOENIX_RATE_LIMIT": "5/15m"])
    let family = try stack.signUp()
    var statuses: [Int] = []
    var last: WireClient.Response?
    for _ in 0..<7 {
      let response = try stack.get("/api/auth/me", family)
      statuses.append(response.status)
      last = response
    }
    #expect(statuses == [200, 200, 200, 200, 200, 429, 429])
    let refused = try #require(last)
    expectProblem(refused, 429, "rate_limited")
    #expect(Int(refused.header("retry-after") ?? "").map { (1...900).contains($0) } == true)
    #expect(refused.header("ratelimit")?.contains("r=0") == true)
    for _ in 0..<20 { #expect(try stack.get("/healthz").status == 200) }
  }
}
