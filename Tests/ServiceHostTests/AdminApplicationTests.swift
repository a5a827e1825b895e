import Foundation
import HTTPTypes
import NIOCore
import ServiceHost
import Testing

/// Who may see what on the admin listener, and the page for people.
@Suite struct AdminApplicationTests {
  private func admin(token: String?) -> AdminApplication {
    AdminApplication(
      readiness: Readiness(), settings: "{\"settings\":true}", token: token, gzip: { _ in nil },
      renderMetrics: { _ in ("text/plain", []) })
  }

  private func reply(
    _ path: String, token: String? = nil, from address: String = "192.0.2.7",
    authorization: String? = nil, method: HTTPRequest.Method = .get
  ) throws -> HTTPReply {
    var head = HTTPRequest(method: method, scheme: "http", authority: "a", path: path)
    head.headerFields[.authorization] = authorization
    guard
      case .answer(let reply) = admin(token: token)
        .begin(head, from: HTTPPeer(address: address)).plan
    else {
      struct NoAnswer: Error {}
      throw NoAnswer()
    }
    return reply
  }

  private func basic(_ pair: String) -> String {
    "Basic " + Data(pair.utf8).base64EncodedString()
  }

  @Test(arguments: ["/status", "/debug/config", "/status?x=1"])
  func peopleNeedTheTokenUnlessTheySitAtTheMachine(path: String) throws {
    for address in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", ""] {
      #expect(try reply(path, token: "t", from: address).status == .ok, "\(address)")
    }
    let right = ["Bearer t0ken", "bearer t0ken", basic("anyone:t0ken"), basic(":t0ken")]
    for authorization in right {
      #expect(
        try reply(path, token: "t0ken", authorization: authorization).status == .ok,
        "\(authorization)")
    }
    let wrong: [String?] = [
      nil, "", "Bearer", "Bearer ", "Bearer t0ke", "Bearer t0kent0ken", "t0ken", "Basic t0ken",
      basic("t0ken:"), basic("t0ken"), basic("a:t0ken "), "Digest t0ken",
    ]
    for authorization in wrong {
      let refused = try reply(path, token: "t0ken", authorization: authorization)
      #expect(refused.status == .unauthorized, "\(authorization ?? "nil")")
      #expect(refused.headers[.wwwAuthenticate]?.hasPrefix("Basic realm=") == true)
      #expect(!String(buffer: refused.body).contains("settings"))
    }
    // Where no token is set, nobody from elsewhere comes in, least of all with an empty one.
    for authorization in [nil, "Bearer ", basic(":")] {
      #expect(try reply(path, authorization: authorization).status == .unauthorized)
      #expect(try reply(path, token: "", authorization: authorization).status == .unauthorized)
    }
  }

  @Test func probesAreOpenAndOtherMethodsAndPathsAreNot() throws {
    #expect(try reply("/healthz").status == .ok)
    #expect(try reply("/livez").status == .ok)
    #expect(try reply("/nothing", from: "127.0.0.1").status == .notFound)
    let posted = try reply("/status", from: "127.0.0.1", method: .post)
    #expect(posted.status == .methodNotAllowed)
    #expect(posted.headers[.allow] == "GET, HEAD")
  }

  @Test func thePageNeedsNothingFromElsewhereAndAllowsNothingElse() throws {
    let first = try reply("/status", from: "127.0.0.1")
    let page = String(buffer: first.body)
    #expect(first.headers[.contentType] == "text/html; charset=utf-8")
    #expect(first.headers[.cacheControl] == "no-store")
    let policy = try #require(first.headers[.contentSecurityPolicy])
    #expect(policy.hasPrefix("default-src 'none'; "))
    #expect(!policy.contains("unsafe"))
    let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([0-9a-z]+)'/)?.1)
    #expect(page.contains("<script nonce=\"\(nonce)\">"))
    #expect(page.contains("<style nonce=\"\(nonce)\">"))
    let again = try reply("/status", from: "127.0.0.1")
    #expect(again.headers[.contentSecurityPolicy] != policy, "a nonce is used once")
    // No other file: every address in it leads to this listener or names SVG.
    for match in page.matches(of: /(?:src|href)="([^"]*)"/) {
      #expect(["data:,", "metrics", "readyz"].contains(String(match.1)), "\(match.1)")
    }
    let addresses = page.matches(of: /https?:\/\/[^'" ]*/).map { String($0.0) }
    #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(addresses)")
    #expect(!page.contains("style=\""), "the policy would refuse it")
    #expect(page.firstMatch(of: /\son[a-z]+="/) == nil, "nor a handler in an attribute")
    #expect(page.contains("prefers-color-scheme: dark"))
    #expect(page.contains("width=device-width"))
    #expect(page.contains("<html lang=\"en\">"))
  }
}
