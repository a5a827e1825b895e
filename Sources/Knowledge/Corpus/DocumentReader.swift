/// Reads the project's own Markdown: front matter, an opening, `##` questions, paragraphs.
///
/// No more of Markdown than the documents use: no emphasis, no lists, no links. So a paragraph is
/// plain sentences that an answer may quote as they stand.
enum DocumentReader {
  static func read(_ markdown: String) throws(KnowledgeError) -> KnowledgeDocument {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      throw KnowledgeError(
        code: .frontMatterMissing, place: lines.first.map(String.init) ?? "document")
    }
    let fields = FrontMatter(lines: lines[1..<end])
    let slug = try fields.value("slug", of: "document")
    return KnowledgeDocument(
      slug: slug, title: try fields.value("titre", of: slug),
      updated: try fields.value("date_mise_a_jour", of: slug),
      validFrom: try fields.value("valable_depuis", of: slug), sources: fields.sources,
      aides: fields.list("aides"), related: fields.list("voir"),
      everyday: fields.list("mots"), sections: sections(lines[(end + 1)...]))
  }

  private static func sections(_ lines: ArraySlice<Substring>) -> [KnowledgeDocument.Section] {
    var sections: [KnowledgeDocument.Section] = []
    var heading = ""
    var paragraphs: [String] = []
    var open: [Substring] = []
    func closeParagraph() {
      if !open.isEmpty { paragraphs.append(open.joined(separator: " ")) }
      open = []
    }
    func closeSection() {
      closeParagraph()
      if !paragraphs.isEmpty {
        sections.append(KnowledgeDocument.Section(heading: heading, paragraphs: paragraphs))
      }
      paragraphs = []
    }
    for line in lines {
      if line.hasPrefix("## ") {
        closeSection()
        heading = String(line.dropFirst(3))
      } else if line.allSatisfy(\.isWhitespace) {
        closeParagraph()
      } else {
        open.append(line)
      }
    }
    closeSection()
    return sections
  }
}

/// `key: value` lines, a value going on where a line begins with a space, and under `sources:` one
/// `- name | reference | url` each.
private struct FrontMatter {
  private var values: [String: String] = [:]
  private(set) var sources: [KnowledgeDocument.Source] = []

  init(lines: ArraySlice<Substring>) {
    var open = ""
    for line in lines {
      let text = line.trimmed
      if line.hasPrefix("  "), !text.hasPrefix("- ") {
        values[open, default: ""] += " " + text
      } else if text.hasPrefix("- ") {
        let parts = text.dropFirst(2).split(separator: "|").map { String($0.trimmed) }
        guard parts.count >= 2 else { continue }
        sources.append(
          KnowledgeDocument.Source(
            name: parts[0], reference: parts[1], url: parts.count > 2 ? parts[2] : nil))
      } else if let colon = text.firstIndex(of: ":") {
        open = String(text[..<colon])
        values[open] = String(text[text.index(after: colon)...].trimmed)
      }
    }
  }

  func value(_ key: String, of slug: String) throws(KnowledgeError) -> String {
    guard let value = values[key], !value.isEmpty else {
      throw KnowledgeError(code: .fieldMissing, place: slug + "/" + key)
    }
    return value
  }

  func list(_ key: String) -> [String] {
    (values[key] ?? "").split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
