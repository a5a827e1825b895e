import Knowledge
import WorkerAPI

/// What remembered facts add to an extractive answer: sentences of its document that speak of them.
///
/// The sentences are the document's own; which of them bear on a fact, closed rules say.
struct PersonalSentences {
  private static let sentencesMax = 2
  private let facts: [FamilyFact]

  init(memories: [String]) {
    let facts = memories.compactMap { FamilyFact(text: $0) }
    // Two children: which one is asked about nobody knows.
    let ages = facts.count { if case .childAge = $0 { true } else { false } }
    self.facts = facts.filter {
      if case .childAge = $0 { return ages == 1 }
      return true
    }
  }

  /// Each fact with the first sentence that bears on it and is not said yet.
  func choose(
    from document: [Passage], except said: [String]
  ) -> [(fact: FamilyFact, sentence: String)] {
    var chosen: [(fact: FamilyFact, sentence: String)] = []
    for fact in facts where chosen.count < Self.sentencesMax {
      let sentence = document.lazy.flatMap(\.sentences).map(\.text).first { text in
        Self.bears(text, on: fact) && !said.contains(text)
          && !chosen.contains { $0.sentence == text }
      }
      if let sentence { chosen.append((fact, sentence)) }
    }
    return chosen
  }

  /// Whose office it is, where it was said.
  var department: FamilyFact? {
    facts.first { if case .department = $0 { true } else { false } }
  }

  private static func bears(_ text: String, on fact: FamilyFact) -> Bool {
    switch fact {
    case .department, .role: false
    case .rate(_, .from80): text.contains("80 %") && !text.contains("79 %")
    case .rate(_, .from50To79): text.contains("50") && text.contains("79 %")
    case .rate(_, .below50):
      text.contains("moins de 50 %") || text.contains("inférieur à 50 %")
    case .aid(_, let code): text.contains(code) && text.contains("cumul")
    case .schooling(_, let level): level == level.uppercased() && text.contains(level)
    case .childAge(_, let years): holds(years, in: text)
    }
  }

  /// Whether a bound of age in the text holds for this age: `moins de 20 ans` for eight.
  private static func holds(_ years: Int, in text: String) -> Bool {
    let words = text.split { $0 == " " || $0 == "\u{A0}" || $0 == "," }
    return words.indices.contains { index in
      guard index >= 2, index + 1 < words.count, words[index + 1].hasPrefix("ans"),
        let bound = Int(words[index])
      else { return false }
      switch "\(words[index - 2]) \(words[index - 1])" {
      case "moins de", "jusqu'à l'âge", "avant ses", "avant les": return years < bound
      case "partir de", "plus de", "dès ses": return years >= bound
      default: return ["jusqu'à", "avant"].contains(words[index - 1]) && years < bound
      }
    }
  }
}
