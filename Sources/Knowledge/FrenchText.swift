/// French as people type it, made comparable. Two levels, because two things are asked of it:
///
/// ```swift
/// FrenchText.cacheNormalised("Quel est le montant de l’A.A.H. ? Merci !")
/// // "quel est le montant de l'a.a.h."        the same question gives the same key
/// FrenchText.searchTerms("C koi le montant de laah svp")
/// // ["montant", "aah"]                        what a passage must be about
/// ```
///
/// The first takes away only what cannot change the answer: case, accents, ligatures, kinds of
/// apostrophe and space, the politeness and punctuation at the end. Numbers, negations, names of
/// aids and the order of words stay: two questions that may have two answers never become one.
///
/// The second is lossy on purpose: everyday words, abbreviations, the spelling of text messages and
/// inflections become the words of the documents. It is applied alike to documents and questions.
///
/// Invariants: both are pure; the first is idempotent; canonically equivalent texts (NFC, NFD) give
/// the same result. `aidant` and `aide` stay two words at both levels.
package enum FrenchText {
  /// The text as the cache key takes it.
  package static func cacheNormalised(_ text: String) -> String {
    var words = folded(text).split(separator: " ").map(String.init)
    trimEnd(&words)
    return words.joined(separator: " ")
  }

  /// What a text is about: terms as the index holds them, in order, with repetitions.
  package static func searchTerms(_ text: String) -> [String] { FrenchTerms.of(words(text)) }

  /// Lower case, without accents and ligatures, one kind of apostrophe and of white space.
  package static func folded(_ text: String) -> String { FrenchFolding.fold(text) }

  /// Takes punctuation and politeness off the end, unless nothing else would be left.
  private static func trimEnd(_ words: inout [String]) {
    let kept = words
    var isTrimmed = true
    while isTrimmed, !words.isEmpty {
      isTrimmed = trimPunctuation(&words)
      guard let last = words.last, let closings = closings[last] else { continue }
      for closing in closings where words.count >= closing.count {
        let tail = words.suffix(closing.count).map { $0.trimmingEndPunctuation }
        if tail.elementsEqual(closing) {
          words.removeLast(closing.count)
          isTrimmed = true
          break
        }
      }
    }
    if words.isEmpty { words = kept }
  }

  private static func trimPunctuation(_ words: inout [String]) -> Bool {
    guard let last = words.last else { return false }
    let trimmed = last.trimmingEndPunctuation
    guard trimmed != last else { return false }
    words.removeLast()
    if !trimmed.isEmpty { words.append(trimmed) }
    return true
  }

  /// By their last word, longest first.
  private static let closings: [String: [[String]]] = Dictionary(
    grouping: politeness.map { $0.split(separator: " ").map(String.init) }
  ) { $0.last ?? "" }.mapValues { $0.sorted { $0.count > $1.count } }

  private static let politeness = [
    "je vous remercie par avance de votre reponse", "je vous remercie d'avance de votre reponse",
    "merci par avance de votre reponse", "merci d'avance de votre reponse",
    "merci d'avance pour votre reponse", "merci par avance pour votre reponse",
    "merci de votre reponse", "merci pour votre reponse", "merci de votre aide",
    "merci pour votre aide", "je vous remercie par avance", "je vous remercie d'avance",
    "je vous remercie", "merci de me repondre", "merci par avance", "merci d'avance",
    "merci beaucoup", "merci bien", "bien a vous", "bien cordialement", "tres cordialement",
    "s'il vous plait", "s'il te plait", "s il vous plait", "bonne journee", "bonne soiree",
    "au revoir", "a bientot", "cordialement", "cdlt", "merci", "mrci", "svp", "stp",
  ]
}

extension String {
  /// Without `? ! . … , ; :` at the end.
  fileprivate var trimmingEndPunctuation: String {
    guard let last = unicodeScalars.last, Self.isEnding(last) else { return self }
    var scalars = Substring(self).unicodeScalars
    while let last = scalars.last, Self.isEnding(last) { scalars.removeLast() }
    return String(scalars)
  }

  private static func isEnding(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "?", "!", ".", ",", ";", ":", "…", "‽", "⁉", "⁈", "‼", "⁇": true
    default: false
    }
  }
}
