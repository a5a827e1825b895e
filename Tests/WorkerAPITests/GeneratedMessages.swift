import WorkerAPI

/// Messages as people write them, made of parts: thousands that no list holds.
struct GeneratedMessages {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// splitmix64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(next() % UInt64(elements.count))]
  }

  mutating func digits(_ count: Int) -> String {
    (0..<count).map { _ in String(number(0...9)) }.joined()
  }

  // MARK: What points at a person

  /// Kinds of what must not be shared.
  enum Kind: CaseIterable {
    case firstName, fullName, titledName, birthDate, writtenBirthDate, street, postcode, fileNumber
    case phone, securityNumber, mail, iban
  }

  static let firstNames = [
    "Lucas", "Inès", "Mohamed", "Chloé", "Théo", "Fatou", "Noé", "Zoé", "Jean-Baptiste", "Yanis",
    "Aminata", "Léa", "Gabriel", "Éloïse", "Mathis", "Nour", "Ibrahim", "Solène",
  ]
  private static let surnames = [
    "Durand", "Benali", "Grzebik", "Traoré", "Lefèvre", "Nguyen", "Da Silva", "O'Brien", "Kowalski",
    "Haddad", "Van den Berg", "Çelik",
  ]
  private static let months = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
  ]
  private static let questions = [
    "quelles aides ?", "comment demander l'AEEH ?", "a-t-il droit à la PCH ?", "que faire ?",
    "combien de temps dure l'instruction ?", "qui peut m'aider ?",
  ]

  /// The part that points at somebody.
  mutating func personal(_ kind: Kind) -> String {
    switch kind {
    case .firstName:
      return pick(["mon fils", "ma fille", "mon enfant"]) + " " + pick(Self.firstNames)
    case .fullName: return "je m'appelle " + pick(Self.firstNames) + " " + pick(Self.surnames)
    case .titledName:
      return pick(["Mme", "M.", "Madame", "Monsieur", "le docteur"]) + " " + pick(Self.surnames)
    case .birthDate:
      let separator = pick(["/", ".", "-"])
      let day = number(1...28) + 100
      let month = number(1...12) + 100
      return pick(["né le ", "née le ", "date de naissance : ", ""])
        + "\(String(day).suffix(2))\(separator)\(String(month).suffix(2))\(separator)"
        + String(number(1930...2025))
    case .writtenBirthDate:
      return "né le \(number(2...28)) \(pick(Self.months)) \(number(1930...2025))"
    case .street:
      return "j'habite \(number(1...300))\(pick(["", " bis", ","])) "
        + pick(["rue", "avenue", "boulevard", "impasse"]) + " "
        + pick(["des Lilas", "Victor Hugo", "de la Paix", "du Moulin"])
    case .postcode:
      return "j'habite \(pick(["59", "13", "33", "75", "69"]))\(digits(3).dropLast())0"
    case .fileNumber:
      return pick(["mon dossier n° ", "dossier ", "allocataire "]) + digits(number(4...9))
    case .phone:
      let separator = pick(["", " ", ".", "-"])
      return "0\(number(1...9))" + (0..<4).map { _ in separator + digits(2) }.joined()
    case .securityNumber:
      let separator = pick(["", " "])
      return ["\(number(1...2))", digits(2), "0\(number(1...9))", digits(2), digits(3), digits(3)]
        .joined(separator: separator) + pick(["", " " + digits(2)])
    case .mail:
      return pick(["parent", "jean.dupont", "a_b-c"]) + "@" + pick(["exemple.fr", "mail.test"])
    case .iban: return "FR76 " + (0..<5).map { _ in digits(4) }.joined(separator: " ")
    }
  }

  /// A message with it: before, after or within a question, in whatever case.
  mutating func message(with personal: String) -> String {
    let question = pick(Self.questions)
    let message: String
    switch number(0...3) {
    case 0: message = "Bonjour, \(personal), \(question)"
    case 1: message = "\(personal), \(question)"
    case 2: message = "\(question) (\(personal))"
    default: message = "Bonjour.\n\(question)\n\(personal)\nMerci"
    }
    return number(0...4) == 0 ? message.uppercased() : message
  }

  // MARK: One question, written otherwise

  /// The same question to a reader: other case, accents, spaces, marks, quotes, politeness.
  mutating func variant(of question: String) -> String {
    var text = question
    switch number(0...3) {
    case 0: text = text.uppercased()
    case 1: text = text.lowercased()
    case 2: text = String(text.map { next() % 3 == 0 ? Character($0.uppercased()) : $0 })
    default: break
    }
    if number(0...2) == 0 { text = Self.withoutAccents(text) }
    if number(0...2) == 0 { text = text.replacing("'", with: pick(["’", "‘", "'"])) }
    if number(0...2) == 0 {
      text = text.split(separator: " ").joined(separator: pick(["  ", "\t", "\u{A0}", " \n "]))
    }
    if number(0...2) == 0 {
      let quotes = pick([("« ", " »"), ("\"", "\""), ("“", "”"), ("'", "'"), ("(", ")")])
      text = quotes.0 + text + quotes.1
    }
    text += pick(["", " ?", "?", " ???", "!", ".", "…", " ? !", " ."])
    text += pick([
      "", " Merci", " Merci beaucoup !", " svp", " s'il vous plaît", " Cordialement",
      " Merci d'avance.", " Bonne journée", " Je vous remercie", " Bien cordialement,",
    ])
    return pick(["", " ", "\n"]) + text + pick(["", " ", "\n\n"])
  }

  static func withoutAccents(_ text: String) -> String {
    let plain: [Character: Character] = [
      "é": "e", "è": "e", "ê": "e", "à": "a", "â": "a", "ç": "c", "ô": "o", "î": "i", "û": "u",
      "É": "E", "È": "E", "Ê": "E", "À": "A", "Â": "A", "Ç": "C", "Ô": "O", "Î": "I", "Û": "U",
    ]
    return String(text.map { plain[$0] ?? $0 })
  }

  // MARK: Questions that differ in one thing

  /// Questions that differ in their number, negation, aid, age or person, each group in one of them.
  mutating func different() -> [String] {
    let aids = ["l'AAH", "l'AEEH", "la PCH", "la RQTH", "la CMI", "l'AJPP", "l'AJPA", "la MVA"]
    let aid = pick(aids)
    switch number(0...5) {
    case 0: return aids.map { "Comment demander \($0)" }
    case 1:
      let rates = Set((0..<6).map { _ in number(1...99) })
      return rates.sorted().map { "Ai-je droit à \(aid) avec un taux de \($0) %" }
    case 2:
      let ages = Set((0..<6).map { _ in number(1...90) })
      return ages.sorted().map { "Quelles aides à \($0) ans avec \(aid)" }
    case 3:
      return [
        "je peux", "je ne peux pas", "je ne peux plus", "je ne peux jamais", "il peut",
        "nous pouvons",
      ]
      .map { "\($0) travailler avec \(aid)" }
    case 4:
      return [
        "mon fils", "ma fille", "mon mari", "ma mère", "moi", "lui", "un enfant", "deux enfants",
      ]
      .map { "\(aid) pour \($0)" }
    default:
      let sums = ["100", "1 000", "10 000", "1,5", "15", "0,15", "150"]
      return sums.map { "Est-ce que \(aid) baisse avec \($0) €" }
    }
  }
}
