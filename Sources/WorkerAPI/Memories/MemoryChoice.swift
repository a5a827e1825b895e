/// Which remembered facts help with a question: those alone enter its prompt.
///
/// A question about rights in general is answered alike for everybody and stays `public`; one that
/// speaks of the asker takes along what bears on it, and its answer is the asker's alone. What is
/// not of the closed list (`FamilyFact`) is taken along always: somebody wanted it remembered.
package enum MemoryChoice {
  /// The facts that help, in their order.
  package static func helpful(_ memories: [String], for message: String) -> [String] {
    guard !memories.isEmpty else { return [] }
    let tokens = FactTokens(message)
    let words = Set(Self.withoutImpersonal(tokens.flat))
    let said = FactReader.read(message)
    let denied = Set(said.denied.map(\.slot))
    let stated = Set(said.stated.map(\.kind))
    return memories.filter { memory in
      guard let fact = FamilyFact(text: memory) else { return true }
      return !stated.contains(fact.kind) && !denied.contains(fact.slot)
        && helps(fact, words: words)
    }
  }

  private static func helps(_ fact: FamilyFact, words: Set<String>) -> Bool {
    let speaksOfSelf = !words.isDisjoint(with: selves)
    let speaksOfChild =
      !words.isDisjoint(with: pronouns)
      || !words.isDisjoint(with: FactWords.own) && words.contains { FactWords.children[$0] != nil }
    guard speaksOfSelf || speaksOfChild else { return false }
    let asksForRights = words.contains { word in rights.contains { word.hasPrefix($0) } }
    switch fact {
    case .department: return words.contains { word in places.contains { word.hasPrefix($0) } }
    case .childAge, .schooling: return speaksOfChild
    case .rate(.child, _), .aid(.child, _): return speaksOfChild && asksForRights
    case .rate(.user, _), .aid(.user, _), .role: return asksForRights && !speaksOfChild
    }
  }

  /// Without the `il` of `faut-il` and `il existe`, which is nobody.
  private static func withoutImpersonal(_ words: [String]) -> [String] {
    words.indices.filter { index in
      guard words[index] == "il" else { return true }
      let before = index > 0 ? words[index - 1] : ""
      let after = index + 1 < words.count ? words[index + 1] : ""
      return !impersonal.contains(before) && !impersonal.contains(after)
    }.map { words[$0] }
  }

  private static let impersonal = FactWords.words("faut suffit existe s y semble convient")
  private static let selves = FactWords.words("je j me m moi mon ma mes nous notre nos")
  private static let pronouns = FactWords.words("il elle lui ils elles")
  /// Beginnings of words that ask what one may have.
  private static let rights = [
    "droit", "aide", "cumul", "demander", "toucher", "percevoir", "benefici", "eligib", "condition",
    "aah", "aeeh", "pch", "rqth", "cmi", "carte", "retraite", "complement", "taux", "obtenir",
    "renouvel", "allocation",
  ]
  /// Beginnings of words that ask where.
  private static let places = [
    "mdph", "mda", "departement", "où", "adress", "deposer", "envoyer", "transport", "contact",
    "joindre", "telephon", "accueil", "proche", "chez",
  ]
}

extension FamilyFact {
  /// The kind of the fact, whatever its value: what a message says itself, memory need not say.
  fileprivate var kind: String {
    switch self {
    case .department: "departement"
    case .role(let role): "role:\(role.rawValue)"
    case .childAge: "age"
    case .rate(let holder, _): "taux:\(holder.rawValue)"
    case .schooling: "ecole"
    case .aid(_, let code): "aide:\(code)"
    }
  }
}
