/// Cuts a letter into what is decided one by one.
enum LetterSentences {
  /// Sentences and lines of lists, without what the letter says about objecting.
  static func split(_ text: FoldedText) -> [Range<Int>] {
    let plain = text.plain
    var end = plain.endIndex
    if let recourse = plain.firstMatch(
      of:
        #/
          voies\het\hdelais|voies\hde\hrecours|si\hvous\hcontestez|pour\hcontester|recours\h
          possibles|en\hcas\hde\hdesaccord
        /#
    ) {
      end = recourse.range.lowerBound
    }
    var sentences: [Range<Int>] = []
    var start = plain.startIndex
    func close(_ index: String.Index) {
      if start < index { sentences.append(text.offsets(start..<index)) }
      start = index
    }
    for match in plain[..<end].matches(
      of:
        #/
        [.;!?](?=[\ \n\t]+[^0-9a-z]*[a-z])|\n\n|\n(?=[\-*]\ ?)|\n(?=objet)
        |\n(?=[a-z0-9][a-z0-9'\ \-,\(\)\/]{2,60}\ ?:)
      /#)
    {
      // A label at the beginning of a line is printed with a capital.
      if match.output == "\n" {
        let place = text.offsets(match.range).upperBound
        if place < text.characters.count, text.characters[place].isLowercase { continue }
      }
      // A line that stands apart goes on with the sentence where it begins in small letters.
      let next = text.offsets(match.range).upperBound
      if match.output == "\n\n", Self.goesOn(text, at: next) { continue }
      // `… du` at the end of a line awaits its day.
      if match.output == "\n\n",
        plain[..<match.range.lowerBound].hasSuffix(" du")
          || plain[..<match.range.lowerBound].hasSuffix(" le")
          || plain[..<match.range.lowerBound].hasSuffix(" au")
      {
        continue
      }
      close(match.range.upperBound)
    }
    close(end)
    return sentences.filter {
      !text.plain($0).contains(/^\s*(?:objet|recours) ?:/) && $0.count > 6
    }
  }

  /// Small letters, or a number in the middle of a sentence: `le complément de` · `1re catégorie`.
  private static func goesOn(_ text: FoldedText, at next: Int) -> Bool {
    guard next < text.characters.count else { return false }
    if text.characters[next].isLowercase { return true }
    guard text.characters[next].isNumber, next > 2 else { return false }
    return text.characters[next - 3].isLowercase
      && !text.plain(next..<next + 4).contains(/^[0-9]{1,2} ?[.)\/\-]/)
  }

  /// What commas, `et` and `mais` part.
  static func clauses(_ plain: String) -> [Range<Int>] {
    let places = plain.matches(of: /[,;]|[ \n]+(?:et|mais|tandis|alors)[ \n]/).map {
      plain.utf8.distance(from: plain.startIndex, to: $0.range.lowerBound)
    }
    return zip([0] + places, places + [plain.utf8.count]).map { $0..<max($0, $1) }
  }

  /// Where a sentence begins to say why: what comes after `car`, `au motif` or a colon, once it has
  /// decided.
  static func reason(in plain: String, after verdicts: [LetterVerdicts.Found]) -> Int? {
    guard let first = verdicts.first else { return nil }
    let flat = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    let words =
      #/
        \bcar\b|au\hmotif|parce\hqu|en\heffet|compte\htenu|faute\hd|dans\hla\hmesure|puisqu
        |etant\hdonne|\h:\h
      /#
    return flat.matches(of: words).lazy
      .map { flat.utf8.distance(from: flat.startIndex, to: $0.range.lowerBound) }
      .first { $0 >= first.places.upperBound }
  }
}
