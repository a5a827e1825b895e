/// What a question may be about: one aid, one procedure, or something that is no matter of ours.
///
/// A question that names a subject of its own is answered from its documents before all others: an
/// answer about the AEEH to a question about the AJPP would be worse than none.
struct Subject: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// No other matter has these words.
    case own
    /// Many documents speak of it, and other matters too: a judge, a renewal, a file.
    case shared
    /// No matter of ours.
    case elsewhere
  }

  /// The term that stands for it in the index.
  let term: String
  let kind: Kind
  /// Documents that treat it; the first is its own. Empty: no matter of ours.
  let slugs: [String]
  /// How it is called; see `FrenchLexicon.phrase`.
  let names: [String]

  init(_ term: String, _ kind: Kind, _ slugs: [String], _ names: String) {
    self.term = term
    self.kind = kind
    self.slugs = slugs
    self.names = names.split(separator: ",").map(String.init)
  }

  /// What a question about an adult's aid becomes when it turns to a child ("et pour mon fils ?").
  static let forChildren = ["aah": "aeeh"]

  /// Subjects that are named by two words together: `aah` and `logement` are the MVA.
  static let pairs: [(one: Set<String>, other: Set<String>, subject: String)] = [
    (["pch", "compensation"], ["enfant"], "droit-option"),
    (["pch", "compensation"], ["complement", "compl"], "droit-option"),
    (["aah"], ["logement", "loyer", "apartement"], "mva"),
    (["pch", "compensation"], ["60", "stadesoixante", "stadegrandage"], "apa"),
    (["carte", "cart"], ["stationner"], "cmi"),
    (["cumul", "choisir"], ["apa"], "pch"),
  ]

  static let byTerm = Dictionary(uniqueKeysWithValues: all.map { ($0.term, $0) })

  static let all: [Subject] = aids + procedures + elsewhere
}
