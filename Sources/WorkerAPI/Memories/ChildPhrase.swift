/// An age in words: `8 ans`, `huit ans`, `18 mois`.
struct Age {
  let years: Int
  /// The place after it.
  let end: Int

  init?(_ words: [String], at start: Int) {
    guard let (number, unit) = Self.number(words, at: start), unit < words.count else {
      return nil
    }
    switch words[unit] {
    case "ans", "an": years = number
    case "mois" where number <= 60: years = number / 12
    default: return nil
    }
    guard FamilyFact.years.contains(years) else { return nil }
    end = unit + 1
    // `8 ans de retard`, `8 ans de moins`, `8 ans après`
    let next = end < words.count ? words[end] : ""
    guard !["de", "d", "apres", "avant", "plus", "moins", "que"].contains(next) else { return nil }
  }

  /// A number and the place after it.
  static func number(_ words: [String], at start: Int) -> (Int, Int)? {
    guard start < words.count else { return nil }
    if let number = Int(words[start]), words[start].utf8.count <= 3 { return (number, start + 1) }
    guard let number = FactWords.numbers[words[start]] else { return nil }
    if words[start] == "dix", start + 1 < words.count,
      let unit = FactWords.numbers[words[start + 1]],
      (7...9).contains(unit)
    {
      return (10 + unit, start + 2)
    }
    return (number, start + 1)
  }
}

/// A child of the family as words name it: `mon fils Lucas de 8 ans`, `deux enfants de 8 et 12
/// ans`.
struct ChildPhrase {
  let child: FamilyFact.Child
  /// The place after the child, its name and its age.
  private(set) var end: Int
  var years: [Int] = []

  private static let skippedMax = 3

  /// Reads from the determiner on; nil where no child follows.
  init?(_ words: [String], at start: Int) {
    var index = start + 1
    var hasSmall = false
    while index < words.count, FactWords.adjectives.contains(words[index]) {
      hasSmall = hasSmall || words[index].hasPrefix("petit")
      index += 1
    }
    guard index < words.count, let child = FactWords.children[words[index]] else { return nil }
    // A grandson is no son.
    if hasSmall, words[index] == "fils" || words[index] == "fille" { return nil }
    self.child = child
    end = index + 1
    readAge(words)
  }

  var facts: [FamilyFact] { years.map { .childAge(child, years: $0) } }

  private mutating func readAge(_ words: [String]) {
    var place = end
    for _ in 0...Self.skippedMax {
      guard place < words.count else {
        // A first name, or what the child has: `mon fils autiste`.
        end = place
        return
      }
      if let ages = Self.ages(words, at: place) {
        (years, end) = ages
        return
      }
      // What the child has, or is called, may stand between.
      guard !FactWords.barriers.contains(words[place]), !Self.predicates.contains(words[place])
      else {
        end = place
        return
      }
      place += 1
    }
  }

  private static let predicates = FactWords.words(
    "a ont est sont touche percoit recoit beneficie vient va n")

  /// `de 8 ans`, `de 8 et 12 ans`, `âgé de 8 ans`, `qui a 8 ans`.
  private static func ages(_ words: [String], at start: Int) -> ([Int], Int)? {
    var index = start
    if ["age", "agee", "ages", "agees"].contains(words[index]) { index += 1 }
    if index < words.count, words[index] == "qui" {
      index += 1
      guard index < words.count, words[index] == "a" || words[index] == "ont" else { return nil }
    } else if index < words.count, words[index] != "de" {
      return nil
    }
    return list(words, at: index + 1)
  }

  /// `8 ans`, `8 et 12 ans`.
  static func list(_ words: [String], at start: Int) -> ([Int], Int)? {
    var numbers: [Int] = []
    var index = start
    while let (number, next) = Age.number(words, at: index), numbers.count < 6 {
      if let age = Age(words, at: index) { return (numbers + [age.years], age.end) }
      guard FamilyFact.years.contains(number) else { return nil }
      numbers.append(number)
      index = next
      if index < words.count, words[index] == "et" { index += 1 }
    }
    return nil
  }
}
