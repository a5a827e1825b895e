import Gateway
import ServiceHost
import Testing

@Suite struct PageTextTests {
  @Test(arguments: [
    ("un\ndeux", "<p>un<br>deux</p>"), ("un\n\ndeux", "<p>un</p><p>deux</p>"),
    ("- a\n- b\nfin", "<ul><li>a</li><li>b</li></ul><p>fin</p>"),
    ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
    ("# Titre\ntexte", "<h3>Titre</h3><p>texte</p>"),
    ("**gras** et **ouvert", "<p><strong>gras</strong> et **ouvert</p>"),
    (
      "voir [le guide](/guides/aah)",
      "<p>voir <a href=\"/guides/aah\" rel=\"noopener\">le guide</a></p>"
    ),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ("[x](//evil.example)", "<p>[x](//evil.example)</p>"),
    (
      "[x](https://a.fr/\"onclick=1)",
      "<p><a href=\"https://a.fr/&quot;onclick=1\" rel=\"noopener\">x</a></p>"
    ),
    ("<b>&'\"", "<p>&lt;b&gt;&amp;&#39;&quot;</p>"), ("2026. année", "<p>2026. année</p>"),
    ("", ""),
  ]) func marksUpAnswers(text: String, html: String) {
    #expect(AnswerMarkup.html(text) == html)
  }

  /// Whatever comes in, the only tags that go out are ours.
  @Test func noTextBecomesMarkup() {
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "<", ">", "\"", "'", "&", "**", "[", "](", ")", "https://", "/guides/", "\n", "- ", "# ", "a",
      "1. ", "é",
    ]
    let tags: Set = [
      "p", "/p", "br", "ul", "/ul", "ol", "/ol", "li", "/li", "h3", "/h3", "strong", "/strong",
      "/a",
    ]
    for _ in 0..<3000 {
      let text = (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      // Every `<` that goes out opens a tag, since that of a text is escaped.
      for piece in AnswerMarkup.html(text).split(separator: "<", omittingEmptySubsequences: false)
        .dropFirst()
      {
        let name = piece.prefix { $0 != ">" }
        let isOurs =
          tags.contains(String(name)) || name.hasPrefix("a href=\"https://")
          || name.hasPrefix("a href=\"/guides/")
        #expect(isOurs, "\(text)")
      }
    }
  }

  @Test func readsForms() throws {
    let form = try FormFields(body: Array("a=1+2&b=%C3%A9%0D%0A&a=3&c&d=".utf8))
    #expect(form.text("a") == "1 2")
    #expect(form.raw("b") == "é\n" && form.text("b") == "é")
    #expect(form.text("c").isEmpty && form.text("missing").isEmpty)
    for bad in [
      "a=%", "a=%4", "a=%zz", "a=%ff", "a=%00",
      Array(repeating: "a=1", count: 65).joined(separator: "&"),
    ] {
      #expect(throws: Problem.self, "\(bad)") { try FormFields(body: Array(bad.utf8)) }
    }
  }

  @Test func formTokensHoldForOneVisitorAndAWhile() {
    let tokens = FormTokens(secretKey: Array(repeating: 7, count: 32))
    let token = tokens.make(for: "visiteur", now: 1_000_000)
    #expect(tokens.isValid(token, for: "visiteur", now: 1_000_001))
    #expect(tokens.isValid(token, for: "visiteur", now: 1_000_000 + FormTokens.lifetime - 1))
    #expect(!tokens.isValid(token, for: "visiteur", now: 1_000_000 + FormTokens.lifetime))
    #expect(!tokens.isValid(token, for: "autre", now: 1_000_001))
    #expect(!tokens.isValid(token, for: "", now: 1_000_001))
    #expect(!tokens.isValid("9" + token, for: "visiteur", now: 1_000_001))
    let other = FormTokens(secretKey: Array(repeating: 8, count: 32))
    #expect(!other.isValid(token, for: "visiteur", now: 1_000_001))
  }
}
