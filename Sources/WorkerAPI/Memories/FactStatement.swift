/// What one clause states: a subject, a verb, and a fact behind it.
///
/// | subject | says |
/// | --- | --- |
/// | `je`, `nous`, `on` | where they live, who they are, what they receive, their rate |
/// | `mon fils`, `notre fille`, `il` | age, school, rate, what it receives |
/// | `mon taux`, `mon département` | what it is |
struct FactStatement {
  private let words: [String]
  private var index = 0
  /// Said with a negation, which is taken out of `words`.
  private let isDenied: Bool
  private(set) var facts: [FamilyFact] = []
  /// The child that was spoken of.
  private(set) var child: FamilyFact.Child?

  init(_ words: [String], child: FamilyFact.Child?, isDenied: Bool) {
    self.words = words
    self.child = child
    self.isDenied = isDenied
  }

  mutating func read() {
    while let word = peek(), FactWords.openings.contains(word) { index += 1 }
    // `moi je`
    guard let subject = peek() else { return }
    switch subject {
    case "je", "j", "on": readAsker(at: index + 1)
    case "nous": readAsker(at: index + 1)
    case "il", "elle": readPronoun(subject)
    case "mon", "ma", "notre": readOwn()
    case "mes", "nos": readChildren()
    case "le", "son": readRateOfChild()
    default: readTold()
    }
  }

  private func peek(_ offset: Int = 0) -> String? {
    index + offset < words.count ? words[index + offset] : nil
  }

  private func has(_ list: [String], at place: Int) -> Bool {
    place + list.count <= words.count && Array(words[place..<(place + list.count)]) == list
  }

  private var rest: ArraySlice<String> { words[min(index, words.count)...] }

  // MARK: The asker

  private mutating func readAsker(at place: Int) {
    index = place
    guard let verb = peek() else { return }
    if FactWords.live.contains(verb) { return readHome(from: index + 1, takesTowns: true) }
    if verb == "depends" || verb == "dependons" || verb == "releve" {
      if rest.contains("mdph") { readHome(from: index + 1, takesTowns: false, afterOf: true) }
      return
    }
    if verb == "suis" || verb == "sommes" { return readBeing() }
    if FactWords.have.contains(verb) {
      readOffspring(from: index + 1)
      readRate(of: .user)
    }
    if FactWords.receive.contains(verb) { readAid(from: index + 1, of: .user) }
  }

  /// `suis dans le 59`, `suis la maman de …`, `suis aidante`, `suis reconnu à 80 %`.
  private mutating func readBeing() {
    let next = peek(1) ?? ""
    if next == "dans" || next == "en", next != "en" || peek(2) != "situation" {
      readHome(from: index + 1, takesTowns: false)
    }
    let near = Array(rest.dropFirst().prefix(4))
    if let place = near.firstIndex(where: FactWords.parents.contains),
      near[..<place].allSatisfy({ ["un", "une", "la", "le", "les", "jeune", "des"].contains($0) }),
      !near.contains("eleve"), !near.contains("eleves")
    {
      facts.append(.role(.parent))
      readOffspring(from: index + 1 + place + 1)
      return
    }
    if let place = near.firstIndex(where: FactWords.carers.contains),
      near[..<place].allSatisfy({
        ["un", "une", "l", "proche", "la", "le", "son", "sa", "aussi"].contains($0)
      })
    {
      facts.append(.role(.carer))
      return
    }
    let isHandicapped = near.enumerated().contains { place, word in
      FactWords.handicapped.contains(word)
        && near[..<place].allSatisfy {
          [
            "un", "une", "adulte", "personne", "travailleur", "travailleuse", "lourdement",
            "reconnu",
            "reconnue", "moi", "meme", "comme",
          ].contains($0)
        }
    }
    if isHandicapped || has(["en", "situation", "de", "handicap"], at: index + 1) {
      facts.append(.role(.adult))
    }
    if next.hasPrefix("reconnu") || isHandicapped { readRate(of: .user) }
  }

  // MARK: A child

  private mutating func readOwn() {
    if peek(1) == "departement", let at = rest.firstIndex(of: "est") {
      return readHome(from: at + 1, takesTowns: false, afterOf: true)
    }
    if peek(1) == "taux" { return readRate(of: .user) }
    guard let phrase = ChildPhrase(words, at: index) else { return }
    child = phrase.child
    index = phrase.end
    readPredicate(phrase.child)
  }

  private mutating func readPronoun(_ pronoun: String) {
    guard let child else { return }
    guard child == .child || (pronoun == "il") == (child == .son) else { return }
    index += 1
    readPredicate(child)
  }

  /// `mes enfants ont 8 et 12 ans`
  private mutating func readChildren() {
    guard let phrase = ChildPhrase(words, at: index) else { return }
    index = phrase.end
    guard peek() == "ont", let (years, _) = ChildPhrase.list(words, at: index + 1) else { return }
    facts += years.map { .childAge(phrase.child, years: $0) }
  }

  private mutating func readPredicate(_ child: FamilyFact.Child) {
    guard let verb = peek() else { return }
    if verb == "a" || has(["vient", "d", "avoir"], at: index) {
      let start = verb == "a" ? index + 1 : index + 3
      if let age = Age(words, at: start) { return facts.append(.childAge(child, years: age.years)) }
    }
    if verb == "est" {
      if peek(1) == "age" || peek(1) == "agee", let age = Age(words, at: index + 3) {
        return facts.append(.childAge(child, years: age.years))
      }
      readSchool(of: child)
    }
    if verb == "va" { readSchool(of: child) }
    if verb == "a" || verb == "est" { readRate(of: .child) }
    if FactWords.receive.contains(verb) { readAid(from: index + 1, of: .child) }
  }

  /// `ai un fils de 8 ans`, `suis la maman d'une fille de 12 ans`.
  private mutating func readOffspring(from start: Int) {
    guard !isDenied, start <= words.count else { return }
    for place in start..<words.count where FactWords.some.contains(words[place]) {
      guard place - start <= 1, let phrase = ChildPhrase(words, at: place) else { continue }
      child = phrase.child
      facts += phrase.facts
      return
    }
  }

  private mutating func readSchool(of child: FamilyFact.Child) {
    guard let place = peek(1).flatMap({ Self.schoolPlaces[$0] }) else { return }
    var start = index + 1 + place
    while start < words.count, Self.schoolFillers.contains(words[start]) { start += 1 }
    let near = words[min(start, words.count)..<min(start + 3, words.count)]
    for level in SchoolLevels.lexicon {
      for offset in near.indices where has(level.words, at: offset) {
        // `en 3e` of a ranking says no class: a class is what follows at once.
        guard offset == start || level.name == level.name.uppercased() else { continue }
        return facts.append(.schooling(child, level.name))
      }
    }
  }

  private static let schoolPlaces = [
    "en": 1, "au": 1, "à": 1, "a": 1, "dans": 1, "scolarise": 1, "scolarisee": 1, "actuellement": 1,
  ]
  private static let schoolFillers = FactWords.words(
    "en au a à l la une un classe de d ecole dispositif")

  // MARK: Where

  private mutating func readHome(from start: Int, takesTowns: Bool, afterOf: Bool = false) {
    guard !words.contains(where: FactWords.passing.contains) else { return }
    var place = start
    while place < words.count {
      defer { place += 1 }
      let isPlace =
        FactWords.places.contains(words[place])
        || afterOf && ["du", "de", "le", "est"].contains(words[place])
      guard isPlace || afterOf && place == start else { continue }
      var name = isPlace ? place + 1 : place
      while name < words.count, Self.placeFillers.contains(words[name]) { name += 1 }
      if let code = department(at: name) { return facts.append(.department(code)) }
      let isFirst = place == start
      if takesTowns, isFirst, words[place] != "dans", let code = town(at: place + 1) {
        return facts.append(.department(code))
      }
    }
  }

  private static let placeFillers = FactWords.words("le la les l departement du de d")

  private func department(at place: Int) -> String? {
    guard place < words.count else { return nil }
    if let code = Departments.code(words[place]) { return code }
    // `97 1` or `2 a` are none.
    for entry in Departments.byName where has(entry.words, at: place) {
      let next = place + entry.words.count
      // `dans le nord de la France`, `dans la Loire-Atlantique` (longer names come first).
      if entry.words == ["nord"], next < words.count,
        ["de", "du", "est", "ouest", "des"].contains(words[next])
      {
        return nil
      }
      return entry.code
    }
    return nil
  }

  private func town(at place: Int) -> String? {
    Departments.byPrefecture.first { has($0.words, at: place) }?.code
  }

  // MARK: How much

  private mutating func readRateOfChild() {
    if words[index] == "son" {
      guard child != nil, peek(1) == "taux" else { return }
      return readRate(of: .child)
    }
    guard peek(1) == "taux", let own = words.firstIndex(where: FactWords.own.contains),
      ChildPhrase(words, at: own) != nil
    else { return }
    readRate(of: .child)
  }

  /// `la MDPH m'a reconnu un taux de 80 %`
  private mutating func readTold() {
    guard let me = words.indices.first(where: { words[$0] == "m" || words[$0] == "nous" }),
      me + 2 < words.count, words[me + 1] == "a" || words[me + 1] == "ont",
      ["reconnu", "donne", "accorde", "attribue", "fixe", "notifie"].contains(where: {
        words[me + 2].hasPrefix($0)
      }), rest.contains("taux"), !words.contains(where: { FactWords.children[$0] != nil })
    else { return }
    readRate(of: .user)
  }

  private mutating func readRate(of holder: FamilyFact.Holder) {
    let context = ["taux", "incapacite", "handicap", "reconnu", "reconnue", "mdph"]
    let isRate = words.contains { word in
      context.contains(word) || FactWords.handicapped.contains(word)
    }
    guard isRate, let rate = Self.rate(words) else { return }
    facts.append(.rate(holder, rate))
  }

  /// The class of a rate; nil where it could be two.
  static func rate(_ words: [String]) -> FamilyFact.Rate? {
    let signs = words.indices.filter { ["%", "pourcent", "pourcents"].contains(words[$0]) }
    // `est passé de 80 % à 50 %`: which one holds is not for us to say.
    guard signs.count == 1, let sign = signs.first else { return nil }
    var numbers: [Int] = []
    var place = sign - 1
    while place >= 0 {
      if let number = Int(words[place]) {
        numbers.insert(number, at: 0)
      } else if !["et", "a", "à", "entre"].contains(words[place]) {
        break
      }
      place -= 1
    }
    let before = words[max(0, place - 2)..<max(0, min(place + 1, words.count))]
    guard let low = numbers.first, numbers.count <= 2, numbers.allSatisfy((0...100).contains) else {
      return nil
    }
    if numbers.count == 2 {
      return low >= 50 && numbers[1] < 80
        ? .from50To79 : low >= 50 && numbers[1] == 80 ? .from50To79 : nil
    }
    let isLess = before.contains("moins") && !before.contains("au") || before.contains("inferieur")
    let isMore =
      before.contains("plus") || before.contains("superieur") || before.contains("moins") && !isLess
      || before.contains("minimum")
    if isLess { return low <= 50 ? .below50 : nil }
    if isMore { return low >= 80 ? .from80 : nil }
    return low < 50 ? .below50 : low < 80 ? .from50To79 : .from80
  }

  // MARK: What is received

  private mutating func readAid(from start: Int, of holder: FamilyFact.Holder) {
    var place = start
    var hasArticle = false
    while place < words.count, place - start < 4 {
      if FactWords.already.contains(words[place]) {
        place += 1
      } else if FactWords.articles.contains(words[place]),
        isDenied || !["d", "de"].contains(words[place]) || words[start - 1].hasPrefix("benefici")
          || ["l", "la"].contains(place + 1 < words.count ? words[place + 1] : "")
      {
        hasArticle = true
        place += 1
      } else {
        break
      }
    }
    guard hasArticle, let aid = KnownAids.lexicon.first(where: { has($0.words, at: place) }) else {
      return
    }
    let after = words[min(place + aid.words.count, words.count)...]
    let isLacking = after.contains { word in FactWords.lacking.contains { word.hasPrefix($0) } }
    guard !isLacking else { return }
    // A recognition and a card are the child's where a child is the subject.
    facts.append(.aid(holder, aid.code))
  }
}
