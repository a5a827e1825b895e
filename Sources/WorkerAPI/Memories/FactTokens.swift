import Knowledge

/// A message cut into sentences and clauses, for reading what is stated in it.
struct FactTokens {
  /// Words between two marks, or before a subject that begins anew.
  struct Clause: Equatable {
    /// Folded, hyphens kept: `a-t-il`.
    var words: [String]
    /// The same with hyphens taken apart.
    var flat: [String] { words.flatMap(FactTokens.parts) }
  }

  struct Sentence {
    var clauses: [Clause]
    var isQuestion: Bool
  }

  private(set) var sentences: [Sentence] = []
  private static let wordsMax = 800

  init(_ message: String) {
    var reader = Reader()
    let scalars = Array(message.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      guard reader.count < Self.wordsMax else { break }
      reader.take(scalar, before: index + 1 < scalars.count ? scalars[index + 1] : " ")
    }
    reader.closeSentence(isQuestion: false)
    sentences = reader.sentences
  }

  /// Every word of the message, hyphens taken apart.
  var flat: [String] { sentences.flatMap { $0.clauses.flatMap(\.flat) } }

  /// Folded words of a name, hyphens and apostrophes taken apart.
  static func flat(_ name: String) -> [String] {
    FrenchText.folded(name).split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func parts(_ word: String) -> [String] {
    guard word.utf8.contains(UInt8(ascii: "-")) else { return [word] }
    return word.split(separator: "-").map(String.init)
  }

  private struct Reader {
    var sentences: [Sentence] = []
    var count = 0
    private var clauses: [Clause] = []
    private var words: [String] = []
    private var word = ""
    private var isQuoted = false
    private var last: Unicode.Scalar = " "

    mutating func take(_ scalar: Unicode.Scalar, before next: Unicode.Scalar) {
      defer { last = scalar }
      switch scalar {
      // `1,5` is one number, `A.A.H.` one word.
      case ",", ".":
        if isDigit(last), isDigit(next) {
          word.unicodeScalars.append(",")
        } else if scalar == "," {
          closeClause()
        } else if !(last.properties.isAlphabetic && next.properties.isAlphabetic) {
          closeSentence(isQuestion: false)
        }
      // What is quoted is somebody else's.
      case "«", "“", "„":
        closeClause()
        isQuoted = true
      case "»", "”":
        closeClause()
        isQuoted = false
      case "\"":
        closeClause()
        isQuoted.toggle()
      case "?": closeSentence(isQuestion: true)
      case "!", "…", "\n", "\r", "\u{2028}", "\u{2029}":
        closeSentence(isQuestion: false)
      case ";", ":", "(", ")", "[", "]", "–", "—": closeClause()
      case "%":
        closeWord()
        word = "%"
        closeWord()
      case "-", "‑": if !word.isEmpty { word.unicodeScalars.append("-") }
      case "'", "’", "‘": closeWord()
      default:
        let isMark = (0x300...0x36F).contains(scalar.value)
        if scalar.properties.isAlphabetic || isDigit(scalar) || isMark {
          word.unicodeScalars.append(scalar)
        } else {
          closeWord()
        }
      }
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
      (0x30...0x39).contains(scalar.value)
    }

    private mutating func closeWord() {
      defer { word = "" }
      guard !word.isEmpty, !isQuoted else { return }
      count += 1
      let lowered = word.lowercased()
      // `à` is no `a`, and `où` no `ou`.
      if lowered == "à" || lowered == "où" { return words.append(lowered) }
      let folded = FrenchText.folded(word)
      // `8ans`
      let digits = folded.prefix { $0.isNumber }
      if !digits.isEmpty, ["ans", "an", "mois"].contains(folded.dropFirst(digits.count)) {
        words += [String(digits), String(folded.dropFirst(digits.count))]
      } else {
        words.append(folded)
      }
    }

    mutating func closeClause() {
      closeWord()
      // A new subject after a conjunction is a new clause.
      var current: [String] = []
      for (index, word) in words.enumerated() {
        let next = index + 1 < words.count ? words[index + 1] : ""
        // `l'AAH mais pas la MVA`
        if word == "mais"
          || FactWords.conjunctions.contains(word) && FactWords.subjects.contains(next)
        {
          if !current.isEmpty { clauses.append(Clause(words: current)) }
          current = []
        } else {
          current.append(word)
        }
      }
      if !current.isEmpty { clauses.append(Clause(words: current)) }
      words = []
    }

    mutating func closeSentence(isQuestion: Bool) {
      closeClause()
      if !clauses.isEmpty {
        sentences.append(Sentence(clauses: clauses, isQuestion: isQuestion))
      }
      clauses = []
    }
  }
}
