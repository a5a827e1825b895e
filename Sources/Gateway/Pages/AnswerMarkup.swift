/// An answer of the assistant as HTML: a closed subset of Markdown, built as nodes.
///
/// Known are paragraphs, headings, lists (`-`, `*`, `1.`), `**bold**`, and links to our own guides
/// or to https addresses. Everything else is text, and all text is escaped; there is no way to HTML
/// from within an answer.
package enum AnswerMarkup {
  /// HTML for the inside of an element.
  package static func html(_ text: String) -> String {
    var html = ""
    var paragraph: [Substring] = []
    var list: (tag: String, items: [Substring])?
    func flush() {
      if !paragraph.isEmpty {
        html += "<p>" + paragraph.map { inline($0) }.joined(separator: "<br>") + "</p>"
        paragraph = []
      }
      if let open = list {
        let items = open.items.map { "<li>\(inline($0))</li>" }.joined()
        html += "<\(open.tag)>\(items)</\(open.tag)>"
        list = nil
      }
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.drop { $0 == " " }
      if line.allSatisfy(\.isWhitespace) {
        flush()
      } else if let (tag, item) = listItem(line) {
        if list?.tag != tag { flush() }
        list = (tag, (list?.items ?? []) + [item])
      } else if line.hasPrefix("#"), let title = heading(line) {
        flush()
        html += "<h3>\(inline(title))</h3>"
      } else {
        if list != nil { flush() }
        paragraph.append(line)
      }
    }
    flush()
    return html
  }

  /// Text with every character that means something to HTML escaped.
  package static func escaped(_ text: some StringProtocol) -> String {
    var html = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      case "'": html += "&#39;"
      default: html.unicodeScalars.append(character)
      }
    }
    return html
  }

  private static func listItem(_ line: Substring) -> (String, Substring)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return ("ul", line.dropFirst(2)) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard (1...3).contains(digits.count) else { return nil }
    let rest = line[digits.endIndex...]
    return rest.hasPrefix(". ") || rest.hasPrefix(") ") ? ("ol", rest.dropFirst(2)) : nil
  }

  private static func heading(_ line: Substring) -> Substring? {
    let marks = line.prefix { $0 == "#" }
    let rest = line[marks.endIndex...]
    return marks.count <= 4 && rest.hasPrefix(" ") ? rest.dropFirst() : nil
  }

  /// Bold and links; a mark without its partner is text.
  private static func inline(_ text: Substring) -> String {
    if let open = text.firstRange(of: "**"),
      let close = text[open.upperBound...].firstRange(of: "**"), open.upperBound < close.lowerBound
    {
      return inline(text[..<open.lowerBound])
        + "<strong>" + links(text[open.upperBound..<close.lowerBound]) + "</strong>"
        + inline(text[close.upperBound...])
    }
    return links(text)
  }

  private static func links(_ text: Substring) -> String {
    guard let open = text.firstIndex(of: "["),
      let middle = text[open...].firstRange(of: "]("),
      let close = text[middle.upperBound...].firstIndex(of: ")")
    else { return escaped(text) }
    let label = text[text.index(after: open)..<middle.lowerBound]
    let address = text[middle.upperBound..<close]
    let after = text[text.index(after: close)...]
    guard isSafe(address), !label.isEmpty else {
      return escaped(text[...close]) + links(after)
    }
    return escaped(text[..<open])
      + "<a href=\"\(escaped(address))\" rel=\"noopener\">\(escaped(label))</a>" + links(after)
  }

  /// Our own pages, or https without anything that could end the attribute.
  private static func isSafe(_ address: Substring) -> Bool {
    guard address.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f }) else {
      return false
    }
    return address.hasPrefix("/guides/") || address.hasPrefix("https://")
  }
}
