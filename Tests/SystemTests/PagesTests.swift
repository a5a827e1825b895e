import Foundation
import Testing

/// The product in a browser without scripts: pages, forms, and who may send them.
@Suite(.serialized) struct PagesTests {
  /// A browser: keeps cookies, follows nothing by itself.
  final class Browser {
    let stack: Stack
    private(set) var cookies: [String: String] = [:]

    init(_ stack: Stack) { self.stack = stack }

    var cookieHeader: String {
      cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
    }

    func open(_ path: String) throws -> WireClient.Response {
      try keep(
        stack.client.request("GET", path, headers: ["Cookie": cookieHeader, "Accept": "text/html"]))
    }

    func post(_ path: String, _ fields: [(String, String)]) throws -> WireClient.Response {
      let body = fields.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
      return try keep(
        stack.client.request(
          "POST", path,
          headers: [
            "Cookie": cookieHeader, "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin", "Accept": "text/html",
          ], body: Data(body.utf8)))
    }

    /// The `_csrf` that a page holds.
    func token(on path: String) throws -> String {
      let page = try open(path).text
      let start = try #require(page.range(of: "name=\"_csrf\" value=\""))
      return String(page[start.upperBound...].prefix { $0 != "\"" })
    }

    private func keep(_ response: WireClient.Response) -> WireClient.Response {
      for line in response.all("set-cookie") {
        let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        let name = String(pair[0])
        cookies[name] = line.contains("Max-Age=0") ? nil : pair.count == 2 ? String(pair[1]) : ""
      }
      return response
    }

    static func encoded(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
  }

  @Test func aFamilySignsUpAsksReadsAndLeaves() throws {
    let stack = try Stack(workers: 1)
    let browser = Browser(stack)
    let email = "page-\(UUID().uuidString.lowercased())@exemple.fr"
    let away = try browser.open("/chat")
    #expect(away.status == 303 && away.header("location") == "/login?next=/chat")

    let signedUp = try browser.post(
      "/signup",
      [
        ("_csrf", try browser.token(on: "/login?next=/chat")), ("next", "/chat"),
        ("email", email), ("password", "une phrase de passe"), ("name", "Zoé"),
      ])
    #expect(signedUp.status == 303 && signedUp.header("location") == "/chat", "\(signedUp.text)")

    let asked = try browser.post(
      "/chat",
      [("_csrf", try browser.token(on: "/chat")), ("message", "Quel est le montant de l'AAH ?")])
    let location = try #require(asked.header("location"))
    #expect(asked.status == 303 && location.hasPrefix("/chat?conversation_id="))
    let page = try browser.open(location)
    #expect(page.status == 200)
    #expect(page.text.contains("1\u{a0}041,59\u{a0}€") || page.text.contains("1 041,59 €"))
    #expect(page.text.contains("href=\"/guides/aah-allocation-adultes-handicapes\""))
    #expect(page.header("content-security-policy")?.contains("default-src 'none'") == true)
    #expect(page.header("cache-control") == "no-store, private")
    let guide = try browser.open("/guides/aah-allocation-adultes-handicapes")
    #expect(guide.status == 200 && guide.text.contains("<h1>L&#39;allocation aux adultes"))

    let left = try browser.post("/logout", [("_csrf", try browser.token(on: location))])
    #expect(left.status == 303)
    #expect(try browser.open(location).status == 303)
  }

  @Test func whatAFamilyTypesIsTextAndNothingElse() throws {
    let stack = try Stack(workers: 1)
    let browser = Browser(stack)
    let email = "page-\(UUID().uuidString.lowercased())@exemple.fr"
    _ = try browser.post(
      "/signup",
      [
        ("_csrf", try browser.token(on: "/login")), ("email", email),
        ("password", "une phrase de passe"), ("name", "<b>Zoé</b>"),
      ])
    let hostile = "<script>alert(1)</script> \" onload=x ' {{csrf}} {{{html}}}"
    let asked = try browser.post(
      "/chat", [("_csrf", try browser.token(on: "/chat")), ("message", hostile)])
    let page = try browser.open(try #require(asked.header("location"))).text
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("{{csrf}} {{{html}}}"))
    // A message that is refused comes back in its field.
    let long = String(repeating: "é<", count: 2001)
    let refused = try browser.post(
      "/chat", [("_csrf", try browser.token(on: "/chat")), ("message", long)])
    #expect(refused.status == 422)
    #expect(refused.text.contains("é&lt;é&lt;") && refused.text.contains("4 000 caractères"))
  }

  @Test func formsOfOthersAreRefused() throws {
    let stack = try Stack(workers: 1)
    let browser = Browser(stack)
    let stranger = Browser(stack)
    let fields = [("email", "a@exemple.fr"), ("password", "une phrase de passe")]
    let theirs = try stranger.token(on: "/login")
    let mine = try browser.token(on: "/login")
    for token in ["", "x", theirs, mine + "0", "0" + mine] {
      let refused = try browser.post("/login", fields + [("_csrf", token)])
      #expect(refused.status == 403, "\(token)")
      #expect(refused.header("content-type")?.hasPrefix("text/html") == true)
      #expect(refused.text.contains("Rechargez la page"))
    }
    #expect(try browser.post("/login", fields + [("_csrf", mine)]).status == 401)
    // A token from before signing in is none afterwards.
    let email = "page-\(UUID().uuidString.lowercased())@exemple.fr"
    _ = try browser.post(
      "/signup", [("email", email), ("password", "une phrase de passe"), ("_csrf", mine)])
    #expect(try browser.post("/chat", [("message", "x"), ("_csrf", mine)]).status == 403)
    // From another site even a good token does not help.
    let crossed = try stack.client.request(
      "POST", "/logout",
      headers: [
        "Cookie": browser.cookieHeader, "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "cross-site",
      ], body: Data("_csrf=\(try browser.token(on: "/chat"))".utf8))
    #expect(crossed.status == 403)
  }

  @Test func faultsArePagesAndNextStaysHere() throws {
    let stack = try Stack(workers: 1)
    let browser = Browser(stack)
    for path in ["/nulle-part", "/guides/inconnu"] {
      let page = try browser.open(path)
      #expect(page.status == 404 && page.text.contains("<h1>"))
    }
    #expect(try stack.get("/nulle-part").header("content-type") == "application/problem+json")
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""] {
      let page = try browser.open("/login?next=\(Browser.encoded(next))").text
      #expect(page.contains("name=\"next\" value=\"/chat\""), "\(next)")
    }
    let style = try browser.open("/assets/style.css")
    #expect(style.status == 200)
    let again = try stack.client.request(
      "GET", "/assets/style.css", headers: ["If-None-Match": style.header("etag") ?? ""])
    #expect(again.status == 304 && again.text.isEmpty)
    let bad = try stack.client.request(
      "POST", "/login", headers: ["Content-Type": "application/x-www-form-urlencoded"],
      body: Data("_csrf=%zz".utf8))
    #expect(bad.status == 400)
  }
}
