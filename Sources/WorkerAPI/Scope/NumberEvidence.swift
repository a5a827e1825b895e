/// Numbers that point at a person: dates, phones, file and social security numbers, postcodes.
///
/// Digits are taken in groups, since people write `06 12 34 56 78` and `1.84.12…`; an amount in
/// groups is told from a number by its unit.
struct NumberEvidence {
  static let lists: [(WordKinds, String)] = [
    (
      .unit,
      """
      euro euros eur e centimes an ans annee annees mois jour jours semaine semaines heure
      heures h minutes minute fois personnes salaries habitants km kilometres m2 pages
      trimestres
      """
    ),
    (
      .law,
      """
      loi lois decret decrets arrete arretes circulaire ordonnance article articles art cerfa
      instruction directive reglement
      """
    ),
    (
      .numberWord,
      """
      dossier numero num n no nir matricule allocataire reference ref tel telephone portable
      mobile fixe fax iban compte securite ss identifiant beneficiaire adherent client insee
      secu recepisse
      """
    ),
    (
      .month,
      """
      janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
      janv fevr fev avr juil sept oct nov dec
      """
    ),
    (.birth, "nee nees naissance ddn anniversaire naquit"),
    (.spelledDigit, "un deux trois quatre cinq six sept neuf"),
  ]

  private let words: [MessageWord]

  init(_ words: [MessageWord]) { self.words = words }

  /// The first number that may be personal.
  var firstFinding: PersonalDataDetector.Finding? {
    let mentionsBirth = words.indices.contains(where: isBirth)
    var index = 0
    while index < words.count {
      guard words[index].digits > 0 else {
        if isSpelledPhone(index) { return .number }
        index += 1
        continue
      }
      var end = index + 1
      while end < words.count, words[end].digits > 0, joins(words[end]) { end += 1 }
      if let finding = judge(index..<end, mentionsBirth: mentionsBirth) { return finding }
      index = end
    }
    return nil
  }

  private func judge(
    _ group: Range<Int>, mentionsBirth: Bool
  ) -> PersonalDataDetector.Finding? {
    let digits = group.reduce(0) { $0 + words[$1].digits }
    let longestRun = group.map { words[$0].digits }.max() ?? 0
    if isReference(group) { return nil }
    if isNumericDate(group) || isWrittenDate(group, mentionsBirth: mentionsBirth) {
      return .birthDate
    }
    if mentionsBirth, group.contains(where: { isYear(words[$0]) }) { return .birthDate }
    if hasUnit(group), digits <= 9, hasThousandsShape(group) { return nil }
    if isYears(group) { return isNumberWord(group.lowerBound - 1) ? .number : nil }
    if digits >= 8 || longestRun >= 6 { return .number }
    // `AB4512C`: a file's mark. `CE2` and `75e` are not.
    if group.contains(where: { words[$0].letters > 0 && words[$0].digits >= 4 }) { return .number }
    if digits >= 3, !hasUnit(group), followsNumberWord(group.lowerBound) { return .number }
    if group.contains(where: { words[$0].isNumber && words[$0].digits == 5 }) { return .address }
    if words[group.lowerBound].gapText.last == "+", digits >= 3 { return .number }
    return nil
  }

  // MARK: What joins, what follows

  /// True where two runs of digits belong together: a space, a sign, or both between them.
  private func joins(_ word: MessageWord) -> Bool {
    word.gapText.count <= 3 && !word.gap.contains(.newline)
      && word.gapText.allSatisfy {
        $0.properties.isWhitespace || "./-,*+()_–—·:".unicodeScalars.contains($0)
      }
  }

  private func hasUnit(_ group: Range<Int>) -> Bool {
    if words[group.upperBound - 1].gapAfter.contains(.sign) { return true }
    guard group.upperBound < words.count, !words[group.upperBound].startsSentence else {
      return false
    }
    return words[group.upperBound].kinds.contains(.unit)
  }

  /// `1 041,59`: up to three digits, then groups of three; a fraction may follow a comma or point.
  private func hasThousandsShape(_ group: Range<Int>) -> Bool {
    for index in group.dropFirst() {
      let word = words[index]
      let isFraction =
        index == group.upperBound - 1 && word.digits <= 2
        && (word.gapText == [","] || word.gapText == ["."])
      // `300 à 400 €` comes as two groups; `300-400 €` and `62,16 / 86,07 €` as one.
      let isRange = word.gapText.contains { "-–—/".unicodeScalars.contains($0) }
      if !isFraction && !isRange && word.digits != 3 && !isFractionPart(index, in: group) {
        return false
      }
    }
    return group.allSatisfy { words[$0].isNumber }
  }

  private func isFractionPart(_ index: Int, in group: Range<Int>) -> Bool {
    words[index].digits <= 2 && words[index].gapText == [","]
  }

  // MARK: Laws, articles and forms

  private static let articleLetters: Set<String> = ["l", "r", "d", "a", "lo"]

  /// `loi n° 2005-102 du 11 février 2005`, `article L. 245-1`, `D821-1`, `cerfa 15692*01`.
  private func isReference(_ group: Range<Int>) -> Bool {
    let first = words[group.lowerBound]
    if first.letters > 0, first.digits > 0, first.digits <= 4,
      let letter = first.folded.first, Self.articleLetters.contains(String(letter)),
      first.letters == 1, group.count > 1
    {
      return true
    }
    var index = group.lowerBound - 1
    if index >= 0, Self.articleLetters.contains(words[index].folded), !words[index].isElided,
      words[index].isCapitalised
    {
      return true
    }
    // Backwards over `n° 2005-102 du`, to the word that says what it is.
    var steps = 0
    while index >= 0, steps < 5, !words[index + 1].startsSentence {
      let word = words[index]
      if word.kinds.contains(.law) {
        return group.reduce(0) { $0 + words[$1].digits } <= 9
      }
      guard word.digits > 0 || ["n", "no", "numero", "du", "de", "la"].contains(word.folded) else {
        return false
      }
      index -= 1
      steps += 1
    }
    return false
  }

  // MARK: Numbers that are announced

  private func isNumberWord(_ index: Int) -> Bool {
    words.indices.contains(index) && words[index].kinds.contains(.numberWord)
      && !words[index].isElided
  }

  private func followsNumberWord(_ index: Int) -> Bool {
    (1...3).contains { isNumberWord(index - $0) }
  }

  private func isSpelledPhone(_ index: Int) -> Bool {
    index + 1 < words.count && words[index + 1].kinds.contains(.spelledDigit)
      && words[index].folded == "zero"
  }

  // MARK: Dates

  private func isBirth(_ index: Int) -> Bool {
    let word = words[index]
    if word.kinds.contains(.birth) { return true }
    guard word.folded == "ne" || word.folded == "nes" else { return false }
    // `né` and `nés`; `ne` is a negation, unless a date follows.
    if word.hasAccent { return true }
    guard index + 1 < words.count else { return false }
    let next = words[index + 1].folded
    return next == "le" || next == "en" && index + 2 < words.count && words[index + 2].digits > 0
  }

  private func isYear(_ word: MessageWord) -> Bool {
    word.digits == 4 && word.value.map { (1900...2100).contains($0) } ?? false
  }

  /// A year, or a school year: `2026`, `2025-2026`.
  private func isYears(_ group: Range<Int>) -> Bool {
    group.count <= 2 && group.allSatisfy { isYear(words[$0]) }
  }

  private func isNumericDate(_ group: Range<Int>) -> Bool {
    guard group.count == 3, let one = words[group.lowerBound].value,
      let two = words[group.lowerBound + 1].value, let three = words[group.lowerBound + 2].value
    else { return false }
    let lengths = group.map { words[$0].digits }
    guard (1...12).contains(two), lengths[1] <= 2 else { return false }
    if lengths[0] == 4, isYear(words[group.lowerBound]), (1...31).contains(three) { return true }
    guard (1...31).contains(one), lengths[0] <= 2 else { return false }
    if lengths[2] == 4 { return isYear(words[group.lowerBound + 2]) }
    let gap = words[group.lowerBound + 1].gapText
    return lengths[2] == 2 && (gap == ["/"] || gap == ["-"] || gap == ["."])
      && words[group.lowerBound + 2].gapText == gap
  }

  /// `12 mars 2015`; without its year only beside a word of birth.
  private func isWrittenDate(_ group: Range<Int>, mentionsBirth: Bool) -> Bool {
    let last = group.upperBound - 1
    guard last + 1 < words.count, words[last + 1].kinds.contains(.month) else { return false }
    let day = words[last]
    guard day.value.map({ (1...31).contains($0) }) ?? (day.folded == "1er") else { return false }
    guard last + 2 < words.count, words[last + 2].isNumber, !words[last + 2].startsSentence else {
      return mentionsBirth
    }
    return words[last + 2].digits == 4 || words[last + 2].digits == 2
  }
}
