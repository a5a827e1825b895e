/// One document of the knowledge base, as its Markdown file says.
package struct KnowledgeDocument: Sendable, Equatable {
  /// A part under one heading, a question of a family.
  package struct Section: Sendable, Equatable {
    package let heading: String
    /// Paragraphs, each some sentences that can stand alone.
    package let paragraphs: [String]
  }

  package let slug: String
  package let title: String
  /// `YYYY-MM-DD`.
  package let updatedOn: String
  package let url: String
  /// Codes of the aids it explains.
  package let aids: [String]
  /// Everyday words that lead to it.
  package let keywords: [String]
  /// Names and references, never empty.
  package let sources: [String]
  package let sections: [Section]

  /// Reads front matter and sections; nil where a required field is missing.
  package init?(markdown: String) {
    var fields: [String: String] = [:]
    var sources: [String] = []
    var sections: [Section] = []
    var heading: String?
    var paragraphs: [String] = []
    var fences = 0
    func closed() -> [Section] {
      heading.map { [Section(heading: $0, paragraphs: paragraphs)] } ?? []
    }
    for line in markdown.split(separator: "\n") {
      if line == "---" {
        fences += 1
      } else if fences == 1 {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        let name = String(line[..<colon])
        if name == "source" { sources.append(String(value)) } else { fields[name] = String(value) }
      } else if line.hasPrefix("## ") {
        sections += closed()
        heading = String(line.dropFirst(3))
        paragraphs = []
      } else {
        paragraphs.append(String(line))
      }
    }
    sections += closed()
    guard let slug = fields["slug"], let title = fields["titre"],
      let updatedOn = fields["date_mise_a_jour"], let url = fields["url"], !sources.isEmpty,
      !sections.isEmpty
    else { return nil }
    func list(_ name: String) -> [String] {
      (fields[name] ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
    self.slug = slug
    self.title = title
    self.updatedOn = updatedOn
    self.url = url
    aids = list("aides")
    keywords = list("mots")
    self.sources = sources
    self.sections = sections
  }
}

extension String {
  /// Sentences of a paragraph. A full stop ends one only before white space and a capital letter
  /// or the end, so that « art. L. 146-3 » and « n° 2005-102 » stay whole.
  package var sentences: [String] {
    var sentences: [String] = []
    var start = startIndex
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if "!?.".contains(self[index]), next == endIndex || self[next].isWhitespace {
        let after = self[next...].drop(while: \.isWhitespace)
        let word = self[start..<index].split(separator: " ").last ?? ""
        let abbreviates = self[index] == "." && (word.count <= 1 || ["art", "cf", "ex"].contains(word))
        // French puts a space before ! and ?, which belongs to the sentence.
        if !abbreviates, after.first.map({ $0.isUppercase || $0 == "«" }) ?? true {
          sentences.append(String(self[start..<next]))
          start = after.startIndex
        }
      }
      index = next
    }
    if start < endIndex { sentences.append(String(self[start...])) }
    return sentences
  }
}
